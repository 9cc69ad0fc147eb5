package ical

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

const (
	dateLayout = "20060102"
	// earliestYear keeps out years that cannot be meant, such as 0001.
	earliestYear = 1900
	// maxDays is the longest event. Anything longer is a period and not a holiday.
	maxDays = 366
)

// unsupported properties change on which days an event is. To pass over them would be to
// promise the wrong days.
var unsupported = []ics.ComponentProperty{
	ics.ComponentPropertyRdate, ics.ComponentPropertyExdate, ics.ComponentPropertyExrule,
	ics.ComponentPropertyRecurrenceId,
}

// read returns the days of one event. The error is a *fault.Fault without a position.
func read(event *ics.VEvent, firstYear, lastYear int) ([]calendar.Holiday, error) {
	name := value(event, ics.ComponentPropertySummary)
	wrong := func(code reason.Code, namesAndValues ...any) *fault.Fault {
		return fault.New(fault.Invalid, code, append([]any{"event", name}, namesAndValues...)...)
	}
	for _, p := range unsupported {
		if event.HasProperty(p) {
			return nil, wrong(CodePropertyUnsupported, "property", string(p))
		}
	}
	from := value(event, ics.ComponentPropertyDtStart)
	if strings.Contains(from, "T") {
		return nil, wrong(CodeNotAllDay)
	}
	start, err := parseDate(from)
	if err != nil {
		return nil, wrong(CodeDateUnreadable, "text", from).Because(err)
	}
	days, err := length(event, start)
	if err != nil {
		return nil, wrong(CodeLengthInvalid).Because(err)
	}
	// An event that begins in the year before may reach into the first.
	starts, err := repeat(event, start, firstYear-1, lastYear)
	if err != nil {
		return nil, wrong(CodeRuleUnsupported, "rule", value(event, ics.ComponentPropertyRrule)).Because(err)
	}
	var holidays []calendar.Holiday
	for _, start := range starts {
		for day := range days {
			date := calendar.DateOf(start, time.UTC).AddDays(day)
			if firstYear <= date.Year && date.Year <= lastYear {
				holidays = append(holidays, calendar.Holiday{Date: date, Name: name})
			}
		}
	}
	return holidays, nil
}

func value(event *ics.VEvent, property ics.ComponentProperty) string {
	if p := event.GetProperty(property); p != nil {
		return strings.TrimSpace(p.Value)
	}
	return ""
}

func cancelled(event *ics.VEvent) bool {
	return value(event, ics.ComponentPropertyStatus) == string(ics.ObjectStatusCancelled)
}

// parseDate gives midnight UTC of a date: inside this file, UTC stands for "no zone".
func parseDate(text string) (time.Time, error) {
	date, err := time.Parse(dateLayout, text)
	if err == nil && date.Year() < earliestYear {
		err = fmt.Errorf("before %d", earliestYear)
	}
	return date, err
}

// length returns the number of days that an event lasts: up to its end, which is not part
// of it, or for its duration, or one. Some programs write an end that is the start; they
// mean one day.
func length(event *ics.VEvent, start time.Time) (days int, err error) {
	days = 1
	if end := value(event, ics.ComponentPropertyDtEnd); end != "" {
		until, err := parseDate(end)
		if err != nil {
			return 0, err
		}
		if !until.Equal(start) {
			days = int(until.Sub(start) / (24 * time.Hour))
		}
	} else if duration := value(event, ics.ComponentPropertyDuration); duration != "" {
		if days, err = parseDays(duration); err != nil {
			return 0, err
		}
	}
	if days < 1 || days > maxDays {
		return 0, fmt.Errorf("%d days", days)
	}
	return days, nil
}

// parseDays reads the durations that whole days can have: "P3D" and "P1W".
func parseDays(text string) (int, error) {
	digits, isPeriod := strings.CutPrefix(text, "P")
	digits, isDays := strings.CutSuffix(digits, "D")
	digits, isWeeks := strings.CutSuffix(digits, "W")
	n, err := strconv.ParseUint(digits, 10, 16)
	switch {
	case err != nil || !isPeriod || isDays == isWeeks:
		return 0, fmt.Errorf("duration %q", text)
	case isWeeks:
		return int(n) * 7, nil
	default:
		return int(n), nil
	}
}

// repeat returns the starts of an event that lie in the given years, both included.
func repeat(event *ics.VEvent, start time.Time, firstYear, lastYear int) ([]time.Time, error) {
	text := value(event, ics.ComponentPropertyRrule)
	if text == "" {
		return []time.Time{start}, nil
	}
	options, err := rrule.StrToROption(text)
	if err != nil {
		return nil, err
	}
	if options.Freq != rrule.YEARLY {
		return nil, errors.New("not yearly")
	}
	// Times of day make no sense for a date. The others no holiday needs, and they can keep
	// the library looking for long.
	refused := [][]int{
		options.Byhour, options.Byminute, options.Bysecond,
		options.Bysetpos, options.Byweekno, options.Byyearday,
	}
	if len(slices.Concat(refused...)) > 0 {
		return nil, errors.New("by other things than month and day")
	}
	options.Dtstart = start // where it is missing, the library takes the time of day
	rule, err := rrule.NewRRule(*options)
	if err != nil {
		return nil, err
	}
	first := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)
	return rule.Between(first, last, true), nil
}
