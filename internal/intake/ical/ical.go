// Package ical reads holidays from iCalendar files (RFC 5545), as governments, schools and
// desktop calendars publish them.
//
// It takes all-day events, which are dates wherever the desk is, so no zone is asked for.
// An event that begins or ends at a time of day is a fault and not a holiday.
package ical

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	ics "github.com/arran4/golang-ical"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// The faults of holiday files. Those about one event carry the line on which it begins.
const (
	CodeTooLarge            reason.Code = "ical.too_large"            // limit, in bytes
	CodeTooManyEvents       reason.Code = "ical.too_many_events"      // limit
	CodeUnreadable          reason.Code = "ical.unreadable"           //
	CodeNoEvents            reason.Code = "ical.no_events"            //
	CodeDateUnreadable      reason.Code = "ical.date_unreadable"      // event, text
	CodeNotAllDay           reason.Code = "ical.not_all_day"          // event
	CodeLengthInvalid       reason.Code = "ical.length_invalid"       // event
	CodeRuleUnsupported     reason.Code = "ical.rule_unsupported"     // event, rule
	CodePropertyUnsupported reason.Code = "ical.property_unsupported" // event, property
)

const (
	maxBytes = 1 << 20
	// maxEvents bounds the work of expanding repetitions: to give up on one that never comes
	// about takes some 10 ms.
	maxEvents = 500
)

// Read returns the holidays of a file that lie in the given years, both included, in order
// of date. Events may last several days and may repeat yearly; cancelled ones are left out.
// The error is a fault.List of all that is wrong, or that of r; there are then no holidays.
func Read(r io.Reader, firstYear, lastYear int) ([]calendar.Holiday, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("ical: read: %w", err)
	}
	events, err := parse(data)
	if err != nil {
		return nil, err
	}
	var holidays []calendar.Holiday
	var faults fault.List
	for i, line := range eventLines(data, len(events)) {
		if cancelled(events[i]) {
			continue
		}
		found, err := read(events[i], firstYear, lastYear)
		for _, f := range fault.All(err) {
			faults = append(faults, f.At(fault.Position{Line: line}))
		}
		holidays = append(holidays, found...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	slices.SortStableFunc(holidays, func(a, b calendar.Holiday) int { return a.Date.Compare(b.Date) })
	return holidays, nil
}

func parse(data []byte) ([]*ics.VEvent, error) {
	if len(data) > maxBytes {
		return nil, fault.List{fault.New(fault.Invalid, CodeTooLarge, "limit", maxBytes)}
	}
	// The parser takes a file that was cut off for a complete one.
	if !bytes.HasSuffix(bytes.TrimSpace(data), []byte("END:VCALENDAR")) {
		return nil, fault.List{fault.New(fault.Invalid, CodeUnreadable)}
	}
	file, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return nil, fault.List{fault.New(fault.Invalid, CodeUnreadable).Because(err)}
	}
	events := file.Events()
	switch {
	case len(events) == 0:
		return nil, fault.List{fault.New(fault.Invalid, CodeNoEvents)}
	case len(events) > maxEvents:
		return nil, fault.List{fault.New(fault.Invalid, CodeTooManyEvents, "limit", maxEvents)}
	}
	return events, nil
}

// eventLines finds the lines on which the events begin, which the parser does not keep. They
// are 0, unknown, if it and we do not count the same.
func eventLines(data []byte, count int) []int {
	var lines []int
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if strings.TrimRight(string(line), "\r\n") == "BEGIN:VEVENT" {
			lines = append(lines, number)
		}
	}
	if len(lines) != count {
		return make([]int, count)
	}
	return lines
}
