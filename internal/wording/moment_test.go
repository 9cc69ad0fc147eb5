package wording_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/wording"
)

func TestMoments(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 19, 14, 32, 0, 0, zone)
	march := time.Date(2027, 3, 1, 9, 5, 30, 0, zone)
	// The hour that comes twice: the offset tells which one.
	twice := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(zone)
	for _, e := range []struct{ got, want string }{
		{wording.Moment(wording.English, now.Add(18*time.Minute), now), "14:50"},
		{wording.Moment(wording.English, now.Add(10*time.Hour), now), "Fri 20 Nov 00:32"},
		{wording.Moment(wording.Dutch, now.Add(10*time.Hour), now), "vr 20 nov 00:32"},
		{wording.Moment(wording.English, march, now), "Mon 1 Mar 2027 09:05"},
		{wording.Moment(wording.Dutch, march, now), "ma 1 mrt 2027 09:05"},
		{wording.Day(wording.English, march), "Mon 1 Mar"},
		{wording.Day(wording.Dutch, march), "ma 1 mrt"},
		{wording.Exact(wording.English, march), "Mon 1 Mar 2027 09:05:30 CET (UTC+01:00)"},
		{wording.Exact(wording.Dutch, march), "ma 1 mrt 2027 09:05:30 CET (UTC+01:00)"},
		{wording.Exact(wording.English, twice), "Sun 25 Oct 2026 02:30:00 CEST (UTC+02:00)"},
		{wording.Exact(wording.English, twice.Add(time.Hour)), "Sun 25 Oct 2026 02:30:00 CET (UTC+01:00)"},
		{wording.Exact(wording.English, march.UTC()), "Mon 1 Mar 2027 08:05:30 UTC"},
	} {
		if e.got != e.want {
			t.Errorf("got %q, want %q", e.got, e.want)
		}
	}
}
