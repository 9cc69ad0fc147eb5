package calendar_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// moments are zones with an instant near which their clocks do something.
var moments = []struct {
	zone string
	at   string
}{
	{"UTC", "2024-02-29T00:00:00Z"},
	{"Europe/Amsterdam", "2026-03-29T01:00:00Z"},
	{"Europe/Amsterdam", "2026-10-25T01:00:00Z"},
	{"Europe/Amsterdam", "2026-12-31T23:00:00Z"},
	{"Europe/Amsterdam", "2040-12-31T12:00:00Z"},    // see regimes
	{"Europe/Dublin", "2015-10-25T01:00:00Z"},       // winter time is the one marked as saving
	{"Africa/Casablanca", "2023-04-23T02:00:00Z"},   // saving ends after Ramadan
	{"Australia/Lord_Howe", "2026-04-04T15:00:00Z"}, // half an hour
	{"Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
	{"America/St_Johns", "2009-11-01T02:31:00Z"},  // back over midnight
	{"America/St_Johns", "2010-03-14T03:31:00Z"},  // forward at one minute past midnight
	{"America/Sao_Paulo", "2018-11-04T03:00:00Z"}, // no midnight
	{"America/Havana", "2026-11-01T05:00:00Z"},    // midnight twice
	{"Pacific/Apia", "2011-12-30T10:00:00Z"},      // no 30 December
	{"Pacific/Kwajalein", "1969-09-30T13:00:00Z"}, // one date for two days
	{"Asia/Kolkata", "2026-06-15T18:30:00Z"},
	{"Asia/Kathmandu", "1985-12-31T18:30:00Z"},
	{"Africa/Monrovia", "1972-01-07T00:44:30Z"}, // an offset with seconds ends
	{"Africa/Monrovia", "1969-12-31T23:59:00Z"},
	{"America/New_York", "2090-03-12T07:00:00Z"}, // by rule, beyond the tables
}

// question is a random calendar with instants near a moment.
type question struct {
	spec             calendar.Spec
	oracle           oracle
	calendar         *calendar.Calendar
	from, mid, limit time.Time
}

func drawQuestion(t *rapid.T) question {
	m := rapid.SampledFrom(moments).Draw(t, "moment")
	moment, err := time.Parse(time.RFC3339, m.at)
	if err != nil {
		t.Fatal(err)
	}
	q := question{spec: drawSpec(t, m.zone, moment)}
	q.oracle = newOracle(q.spec)
	if q.calendar, err = calendar.New(q.spec); err != nil {
		t.Fatal(err)
	}
	around := func(name string, hours int64) time.Time {
		nanos := rapid.Int64Range(-hours*int64(time.Hour), hours*int64(time.Hour)).Draw(t, name)
		round := rapid.SampledFrom([]time.Duration{time.Hour, time.Minute, time.Second, time.Millisecond, 1}).Draw(t, name+" rounded")
		return moment.Add(time.Duration(nanos)).Truncate(round)
	}
	ends := []time.Time{around("one", 50), around("two", 50), around("three", 50)}
	slices.SortFunc(ends, time.Time.Compare)
	q.from, q.mid, q.limit = ends[0], ends[1], ends[2]
	return q
}

func drawSpec(t *rapid.T, zone string, moment time.Time) calendar.Spec {
	minute := rapid.Custom(func(t *rapid.T) calendar.Minute {
		if rapid.Bool().Draw(t, "edge") {
			return rapid.SampledFrom([]calendar.Minute{0, 1, 60, 120, 150, 180, 1380, 1439, 1440}).Draw(t, "minute")
		}
		return calendar.Minute(rapid.IntRange(0, 1440).Draw(t, "minute"))
	})
	local := rapid.Custom(func(t *rapid.T) calendar.LocalTime {
		day := calendar.DateOf(moment, time.UTC).AddDays(rapid.IntRange(-3, 3).Draw(t, "day"))
		return calendar.LocalTime{Date: day, Minute: minute.Draw(t, "at")}
	})
	window := rapid.Custom(func(t *rapid.T) calendar.Window {
		w := calendar.Window{From: local.Draw(t, "from"), To: local.Draw(t, "to")}
		if wallTime(w.To).Before(wallTime(w.From)) {
			w.From, w.To = w.To, w.From
		}
		if !wallTime(w.From).Before(wallTime(w.To)) {
			w.To = calendar.LocalTime{Date: w.To.Date.AddDays(1), Minute: w.To.Minute}
		}
		return w
	})
	interval := rapid.Custom(func(t *rapid.T) calendar.Interval {
		return calendar.Interval{From: minute.Draw(t, "from"), To: minute.Draw(t, "to")}
	})
	holiday := rapid.Custom(func(t *rapid.T) calendar.Holiday {
		return calendar.Holiday{
			Date: local.Draw(t, "holiday").Date,
			Name: rapid.SampledFrom([]string{"Founders' Day", "Harvest Day"}).Draw(t, "name"),
		}
	})
	spec := calendar.Spec{Zone: zone, Always: rapid.IntRange(0, 30).Draw(t, "always") == 30}
	for day := range spec.Weekly {
		spec.Weekly[day] = rapid.SliceOfN(interval, 0, 3).Draw(t, "weekly")
	}
	spec.Holidays = rapid.SliceOfN(holiday, 0, 3).Draw(t, "holidays")
	spec.Closures = rapid.SliceOfN(window, 0, 3).Draw(t, "closures")
	spec.Openings = rapid.SliceOfN(window, 0, 3).Draw(t, "openings")
	return spec
}

func TestBetweenIsWhatTheOracleCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		got := q.calendar.Between(q.from, q.limit)
		if want := q.oracle.between(q.from, q.limit); got != want {
			t.Fatalf("between %v and %v: %v, want %v", q.from, q.limit, got, want)
		}
		if sum := q.calendar.Between(q.from, q.mid) + q.calendar.Between(q.mid, q.limit); sum != got {
			t.Fatalf("in two parts, with %v between: %v, want %v", q.mid, sum, got)
		}
		if back := q.calendar.Between(q.limit, q.from); back != 0 {
			t.Fatalf("backwards: %v", back)
		}
	})
}

func TestDueIsWhatTheOracleReaches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		var open time.Duration
		if rapid.Bool().Draw(t, "exactly what there is") {
			open = q.calendar.Between(q.from, q.limit)
		} else {
			open = time.Duration(rapid.IntRange(0, 40*3600).Draw(t, "seconds")) * time.Second
		}
		got, ok := q.calendar.Due(q.from, open)
		if want, reached := q.oracle.due(q.from, q.limit, open); reached {
			if !ok || !got.Equal(want) {
				t.Fatalf("%v after %v: %v %v, want %v", open, q.from, got, ok, want)
			}
		} else if ok && got.Before(q.limit) {
			t.Fatalf("%v after %v: %v, want none before %v", open, q.from, got, q.limit)
		}
		if ok && q.calendar.Between(q.from, got) != open {
			t.Fatalf("%v open until the due instant, want %v", q.calendar.Between(q.from, got), open)
		}
	})
}

func TestOpenIsWhatTheOracleSees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		want, _, _ := q.oracle.at(q.from)
		if got := q.calendar.IsOpen(q.from); got != want {
			t.Fatalf("open at %v: %v, want %v", q.from, got, want)
		}
		next, ok := q.calendar.NextOpen(q.from)
		if want, found := q.oracle.nextOpen(q.from, q.limit); found {
			if !ok || !next.Equal(want) {
				t.Fatalf("next open after %v: %v %v, want %v", q.from, next, ok, want)
			}
		} else if ok && next.Before(q.limit) {
			t.Fatalf("next open after %v: %v, want none before %v", q.from, next, q.limit)
		}
		if q.calendar.NeverOpens() && ok {
			t.Fatalf("never opens, but is open at %v", next)
		}
	})
}

func TestStretchesAreWhatTheOracleSees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		got := slices.Collect(q.calendar.Stretches(q.from, q.limit))
		if diff := cmp.Diff(q.oracle.stretches(q.from, q.limit), got); diff != "" {
			t.Fatalf("stretches (-want +got):\n%s", diff)
		}
		var open time.Duration
		for _, s := range got {
			if s.Open {
				open += s.To.Sub(s.From)
			}
		}
		if want := q.calendar.Between(q.from, q.limit); open != want {
			t.Fatalf("open stretches add up to %v, between gives %v", open, want)
		}
	})
}

func TestCloseOfDayIsWhatTheOracleSees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		// A date of which the oracle sees the end for certain is over two days before its limit.
		limit := q.from.Add(5 * 24 * time.Hour)
		closes := q.oracle.closes(q.from, limit)
		for i, date := range slices.SortedFunc(maps.Keys(closes), calendar.Date.Compare) {
			want := closes[date]
			if limit.Sub(want) < 48*time.Hour {
				break
			}
			if got, ok := q.calendar.CloseOfDay(q.from, i+1); !ok || !got.Equal(want) {
				t.Fatalf("close of day %d after %v: %v %v, want %v", i+1, q.from, got, ok, want)
			}
		}
	})
}
