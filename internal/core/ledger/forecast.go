package ledger

import (
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Forecast is where a period of a pool is heading, if work goes on as it did.
type Forecast struct {
	Pool         string
	Begins, Ends calendar.Date
	// DaysPassed and Days count the working days of the period up to and including the date
	// of the forecast, and all of them.
	DaysPassed, Days int
	Used             int // so far, in minutes
	// Expected is the minutes used by the end of the period at the pace so far; Low and High
	// are that at the slowest and the fastest pace of the last three periods, of which Periods
	// are known. Without any, both are Expected.
	Expected, Low, High int
	Periods             int
	// DryOn is the first day on which there are not enough hours at the pace so far, the zero
	// Date when they last.
	DryOn calendar.Date
	Why   []reason.Reason
}

// rangePeriods is how many earlier periods tell the range of a forecast.
const rangePeriods = 3

// Forecast says whether a pool will run dry in the period that a date lies in, and when. Days
// are the days of the calendar that have open time, or all days when it is nil. Hours that
// expire within the period are lost on their day. It reads what was recorded so far, and
// fails with CodeNoPool or CodeNoPeriod.
func (b *Book) Forecast(pool string, on calendar.Date, days *calendar.Calendar) (Forecast, error) {
	a, i, err := b.find(pool, on)
	if err != nil {
		return Forecast{}, err
	}
	p := a.periods[i]
	isOver := !b.recorded.Before(p.over)
	if isOver {
		on = p.ends.AddDays(-1)
	}
	f := Forecast{Pool: a.name, Begins: p.begins, Ends: p.ends, Used: p.used(), Expected: p.used()}
	f.DaysPassed = b.workingDays(days, p.begins, on.AddDays(1))
	f.Days = f.DaysPassed + b.workingDays(days, on.AddDays(1), p.ends)
	now := pace{p.worked, f.DaysPassed}
	f.Expected = now.after(f.Used, f.Days-f.DaysPassed)
	f.Low, f.High = f.Expected, f.Expected
	for _, earlier := range a.periods[max(0, i-rangePeriods):i] {
		then := pace{earlier.worked, b.workingDays(days, earlier.begins, earlier.ends)}
		would := then.after(f.Used, f.Days-f.DaysPassed)
		if f.Periods == 0 {
			f.Low, f.High = would, would
		}
		f.Low, f.High = min(f.Low, would), max(f.High, would)
		f.Periods++
	}
	if !p.rule.Unlimited && !isOver {
		f.DryOn = b.dryOn(p, on, days, now)
	}
	f.Why = f.why(p, on, isOver)
	return f, nil
}

// pace is minutes worked in so many working days.
type pace struct{ minutes, days int }

// after adds so many days of the pace to what is used, rounded half up.
func (p pace) after(used, days int) int {
	if p.days == 0 {
		return used
	}
	return used + (2*p.minutes*days+p.days)/(2*p.days)
}

// workingDays counts the dates of [from, to) on which the calendar opens.
func (b *Book) workingDays(days *calendar.Calendar, from, to calendar.Date) int {
	n := 0
	for day := from; day.Before(to); day = day.AddDays(1) {
		if b.isWorkingDay(days, day) {
			n++
		}
	}
	return n
}

func (b *Book) isWorkingDay(days *calendar.Calendar, day calendar.Date) bool {
	return days == nil || days.Between(day.Start(b.zone), day.AddDays(1).Start(b.zone)) > 0
}

// dryOn walks the rest of the period, day by day, and takes a day's pace from the hours left.
func (b *Book) dryOn(p *period, on calendar.Date, days *calendar.Calendar, pace pace) calendar.Date {
	left := 0
	lots := p.remains()
	for i := range lots {
		if on.Before(lots[i].Expires) {
			left += lots[i].Minutes
		}
		lots[i].Minutes *= pace.days // so that a day's pace is a whole number
	}
	if left == 0 {
		return on
	}
	for day := on.AddDays(1); day.Before(p.ends); day = day.AddDays(1) {
		if !b.isWorkingDay(days, day) {
			continue
		}
		need := pace.minutes
		for i := range lots {
			if day.Before(lots[i].Expires) {
				take := max(0, min(need, lots[i].Minutes))
				lots[i].Minutes -= take
				need -= take
			}
		}
		if need > 0 && pace.days > 0 {
			return day
		}
	}
	return calendar.Date{}
}

// why tells how the forecast was made, and then what it says.
func (f *Forecast) why(p *period, on calendar.Date, isOver bool) []reason.Reason {
	if isOver {
		return []reason.Reason{reason.New(codeIsOver, "used", span(f.Used), "ends", f.Ends.AddDays(-1))}
	}
	var why []reason.Reason
	if f.DaysPassed == 0 {
		why = append(why, reason.New(codeNoWork, "begins", f.Begins, "used", span(f.Used)))
	} else {
		why = append(why, reason.New(codeLinear, "used", span(f.Used), "passed", f.DaysPassed, "days", f.Days, "expected", span(f.Expected)))
	}
	if f.Periods == 0 {
		why = append(why, reason.New(codeNoRange))
	} else {
		why = append(why, reason.New(codeRange, "count", f.Periods, "low", span(f.Low), "high", span(f.High)))
	}
	clause := p.rule.Clause.String()
	switch {
	case p.rule.Unlimited:
		return append(why, reason.New(codeNeverDry, "pool", f.Pool, "clause", clause))
	case f.DryOn == on:
		return append(why, reason.New(codeIsDry, "pool", f.Pool, "clause", clause))
	case !f.DryOn.IsZero():
		return append(why, reason.New(codeRunsDry, "pool", f.Pool, "day", f.DryOn, "short", span(max(0, f.Expected-p.hours())), "clause", clause))
	default:
		return append(why, reason.New(codeEnough, "pool", f.Pool, "left", span(max(0, p.hours()-f.Expected)), "clause", clause))
	}
}
