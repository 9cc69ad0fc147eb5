package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// TestWork logs, lists, takes back and adds up work, against the pools of each contract.
func TestWork(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t, ann := d.T(), d.As("ann")
		today := calendar.DateOf(d.Now(), time.UTC)
		anker := ann.Logs(d.Incident(desktest.Anker, "Of Anker"))
		boei := ann.Logs(d.Incident(desktest.Boei, "Of Boei"))
		used := func(ref app.Ref) (minutes int) {
			for _, m := range ann.Opens(ref).Pools {
				minutes += m.Used()
			}
			return minutes
		}
		if used(boei) != 0 || len(ann.Opens(boei).Pools) == 0 {
			t.Fatalf("%+v", ann.Opens(boei).Pools)
		}
		head := ann.Takes(boei, "", ticket.Worked{Minutes: 30})
		if got := used(boei); got != 30 {
			t.Errorf("used %d", got)
		}
		ann.Takes(boei, "", ticket.Worked{Minutes: 15}) // within the same millisecond
		if got := used(boei); got != 45 {
			t.Errorf("used %d", got)
		}
		d.Pass(time.Minute)
		ann.Takes(anker, "", ticket.Worked{Minutes: 60, Day: today.AddDays(-1)})
		d.As("bo").Takes(boei, "", ticket.Worked{Minutes: 5})
		week := func(who string, day calendar.Date) (lines []string) {
			w, err := d.OwnWeek(t.Context(), d.Actor(who), day)
			d.Must(err)
			for _, one := range w.Works {
				lines = append(lines, fmt.Sprintf("%s %s %s %d", one.Day, one.Key, one.Title, one.Minutes))
			}
			return lines
		}
		// Monday is the second, so the first lies in the week before.
		if diff := cmp.Diff([]string{"2026-03-02 INC-000001 Of Boei 30", "2026-03-02 INC-000001 Of Boei 15"}, week("ann", today.AddDays(6))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"2026-03-01 INC-000001 Of Anker 60"}, week("ann", today.AddDays(-3))); diff != "" {
			t.Error(diff)
		}
		_, err := d.As("bo").Tries(boei, app.Command{}, "", ticket.WorkWithdrawn{Entry: head})
		wants(t, "of another", err, ticket.CodeOthersWork)
		ann.Takes(boei, "", ticket.WorkWithdrawn{Entry: head})
		_, err = ann.Tries(boei, app.Command{}, "", ticket.WorkWithdrawn{Entry: head})
		wants(t, "a second time", err, ticket.CodeGoneAlready)
		d.As("lea").Takes(boei, "", ticket.WorkWithdrawn{Entry: head + 1})
		if got := used(boei); got != 5 || len(week("ann", today)) != 0 {
			t.Errorf("used %d, week %v", got, week("ann", today))
		}
		// A day has 24 hours, whoever they are worked for.
		d.As("bo").Takes(anker, "", ticket.Worked{Minutes: 1400})
		_, err = d.As("bo").Tries(boei, app.Command{}, "", ticket.Worked{Minutes: 60})
		wants(t, "more than a day", err, ticket.CodeLongDay)
		// What is taken back in the same command no longer counts.
		long := len(d.As("bo").Opens(anker).Entries)
		d.As("bo").Takes(anker, "", ticket.WorkWithdrawn{Entry: long}, ticket.Worked{Minutes: 1380})
		_, err = d.OwnWeek(t.Context(), d.Actor("cor"), today)
		wants(t, "for the client", err, access.CodeDenied)
		if v := d.As("cor").Opens(boei); len(v.Works)+len(v.Pools) > 0 {
			t.Errorf("the client sees %+v %+v", v.Works, v.Pools)
		}
	})
}
