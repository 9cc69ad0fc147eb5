package ticket

import (
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
)

// Why work may not be logged or taken back.
const (
	CodeMinutes     reason.Code = "ticket.minutes"      // minutes
	CodeLongDay     reason.Code = "ticket.long_day"     // day, minutes: with what was logged before
	CodeDayAhead    reason.Code = "ticket.day_ahead"    // day, today
	CodeNotWork     reason.Code = "ticket.not_work"     // entry
	CodeOthersWork  reason.Code = "ticket.others_work"  // entry
	CodeGoneAlready reason.Code = "ticket.gone_already" // entry
	CodeActivity    reason.Code = "ticket.activity"     // activity: not one of the support model
	CodeRole        reason.Code = "ticket.role"         // most: signs of the word for a role, in one line
)

const (
	minutesPerDay = 24 * 60
	longestRole   = 40
)

// MayWork tells whether work may be logged: above zero, on a day that is not ahead, of an
// activity of the support model, and not more than a day has with what the person logged on it
// before.
func MayWork(w Worked, before int, today calendar.Date) error {
	switch {
	case w.Minutes <= 0 || w.Minutes > minutesPerDay:
		return fault.New(fault.Invalid, CodeMinutes, "minutes", w.Minutes)
	case today.Before(w.Day):
		return fault.New(fault.Invalid, CodeDayAhead, "day", w.Day, "today", today)
	case w.Activity.Service() == "":
		return fault.New(fault.Invalid, CodeActivity, "activity", string(w.Activity))
	case utf8.RuneCountInString(string(w.Role)) > longestRole || text.Line(string(w.Role)) != string(w.Role):
		return fault.New(fault.Invalid, CodeRole, "most", longestRole)
	case before+w.Minutes > minutesPerDay:
		return fault.New(fault.Invalid, CodeLongDay, "day", w.Day, "minutes", before+w.Minutes)
	}
	return nil
}

// Defaults fills in what a person did not say about work: the activity of the kind of
// ticket, the role of the person, and today.
func (w Worked) Defaults(k catalog.Kind, r catalog.Role, today calendar.Date) Worked {
	if w.Activity == "" {
		w.Activity = catalog.WorkOn(k)
	}
	if w.Role == "" {
		w.Role = r
	}
	if w.Day.IsZero() {
		w.Day = today
	}
	return w
}

// MinutesOf is what a person logged on a day, without what was taken back since.
func (tl *Timeline) MinutesOf(person string, day calendar.Date) int {
	minutes := 0
	for i := range tl.entries {
		w, works := tl.entries[i].Fact.(Worked)
		if works && w.Day == day && tl.entries[i].By.ID == person && !tl.Withdrawn(i+1) {
			minutes += w.Minutes
		}
	}
	return minutes
}

// MayWithdraw tells whether a person may take back the work of an entry: one's own, or any
// for those who may correct the work of others; once.
func MayWithdraw(tl *Timeline, number int, by Actor, others bool) error {
	if number < 1 || number > tl.Len() {
		return fault.New(fault.Invalid, CodeNotWork, "entry", number)
	}
	e := &tl.entries[number-1]
	_, works := e.Fact.(Worked)
	switch {
	case !works:
		return fault.New(fault.Invalid, CodeNotWork, "entry", number)
	case e.By.ID != by.ID && !others:
		return fault.New(fault.Forbidden, CodeOthersWork, "entry", number)
	case tl.Withdrawn(number):
		return fault.New(fault.Conflict, CodeGoneAlready, "entry", number)
	}
	return nil
}
