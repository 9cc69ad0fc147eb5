package web

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// word reads a field as a word of the catalog.
func word[T any, P interface {
	*T
	UnmarshalText(text []byte) error
}](v *visit, field string) (one T, err error) {
	if P(&one).UnmarshalText([]byte(v.field(field))) != nil {
		err = fault.New(fault.Invalid, CodeFieldWrong, "field", field, "value", v.field(field))
	}
	return one, err
}

func (v *visit) readRestored() (ticket.Fact, error) {
	return ticket.Restored{Workaround: v.field("workaround") != ""}, nil
}

func (v *visit) readWaits() (ticket.Fact, error) {
	party, err := word[catalog.Party](v, "party")
	return ticket.Waits{For: party}, err
}

func (v *visit) readEscalated() (ticket.Fact, error) {
	if v.field("how") == "hierarchical" {
		return ticket.Escalated{Hierarchical: true}, nil
	}
	level, err := word[catalog.Level](v, "level")
	return ticket.Escalated{Level: level}, err
}

func (v *visit) readClassified() (ticket.Fact, error) {
	priority, err := word[catalog.Priority](v, "priority")
	if err != nil || priority != 0 {
		return ticket.Classified{Priority: priority}, err
	}
	impact, err := word[catalog.Impact](v, "impact")
	if err != nil {
		return nil, err
	}
	urgency, err := word[catalog.Urgency](v, "urgency")
	return ticket.Classified{Impact: impact, Urgency: urgency}, err
}

func (v *visit) readAssigned() (ticket.Fact, error) {
	level, err := word[catalog.Level](v, "level")
	return ticket.Assigned{Level: level, Team: v.field("team"), Person: v.field("person")}, err
}

func (v *visit) readDueAgreed() (ticket.Fact, error) {
	target, err := word[contract.TargetKind](v, "target")
	if err != nil {
		return nil, err
	}
	due, err := time.ParseInLocation("2006-01-02T15:04", v.field("due"), v.zone)
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "due", "value", v.field("due"))
	}
	return ticket.DueAgreed{Target: target, Due: due.UTC()}, nil
}

func (v *visit) readDueWithdrawn() (ticket.Fact, error) {
	target, err := word[contract.TargetKind](v, "target")
	return ticket.DueWithdrawn{Target: target}, err
}

func (v *visit) readWorked() (ticket.Fact, error) {
	length, ok := text.Minutes(v.field("minutes"))
	if !ok {
		return nil, fault.New(fault.Invalid, CodeNoLength, "field", "minutes", "value", v.field("minutes"))
	}
	w := ticket.Worked{Minutes: length, Activity: catalog.Activity(v.field("activity")), Role: catalog.Role(v.field("role"))}
	if day := v.field("day"); day != "" {
		var err error
		if w.Day, err = calendar.ParseDate(day); err != nil {
			return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "day", "value", day)
		}
	}
	return w, nil
}

func (v *visit) readWorkWithdrawn() (ticket.Fact, error) {
	number, err := strconv.Atoi(v.field("entry"))
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "entry", "value", v.field("entry"))
	}
	return ticket.WorkWithdrawn{Entry: number}, nil
}
