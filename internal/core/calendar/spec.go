package calendar

import (
	"slices"
	"sync"
	"time"

	// Zone data is part of what a calendar promises: without it New would refuse good
	// zones on a machine, a container or a test runner that has none of its own. A machine's
	// own data, which may be newer, still comes first.
	_ "time/tzdata"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// The faults that this package finds.
const (
	CodeDateUnreadable   reason.Code = "calendar.date_unreadable"   // text
	CodeMinuteUnreadable reason.Code = "calendar.minute_unreadable" // text
	CodeZoneMissing      reason.Code = "calendar.zone_missing"      //
	CodeZoneUnknown      reason.Code = "calendar.zone_unknown"      // zone
	CodeIntervalInvalid  reason.Code = "calendar.interval_invalid"  // weekday, interval
	CodeHolidayInvalid   reason.Code = "calendar.holiday_invalid"   // date, name
	CodeClosureInvalid   reason.Code = "calendar.closure_invalid"   // from, to
	CodeClosureBackwards reason.Code = "calendar.closure_backwards" // from, to
	CodeOpeningInvalid   reason.Code = "calendar.opening_invalid"   // from, to
	CodeOpeningBackwards reason.Code = "calendar.opening_backwards" // from, to
)

// Holiday is a local date that is shut from 00:00 to 24:00.
type Holiday struct {
	Date Date
	Name string
}

// Spec says what the hours of a calendar are. At any minute of the wall clock an opening
// wins over a closure, a closure over a holiday, and a holiday over the weekly hours.
type Spec struct {
	// Always means that every second counts. Weekly, Holidays, Closures and Openings are
	// then not looked at; Zone still says where local dates begin, and may be empty for UTC.
	Always bool
	// Zone is an IANA name such as "Europe/Amsterdam".
	Zone string
	// Weekly holds the hours of each weekday, indexed by time.Weekday. Overlapping intervals
	// are a union. Of an interval that runs past midnight, each part belongs to the date on
	// which it lies.
	Weekly [7][]Interval
	// Holidays may be in any order. Of two on one date, the first gives the name.
	Holidays []Holiday
	Closures []Window
	Openings []Window
}

func (s Spec) clone() Spec {
	for i, intervals := range s.Weekly {
		s.Weekly[i] = slices.Clone(intervals)
	}
	s.Holidays = slices.Clone(s.Holidays)
	s.Closures = slices.Clone(s.Closures)
	s.Openings = slices.Clone(s.Openings)
	return s
}

// New makes a calendar. The error is a fault.List of all that is wrong with the spec.
func New(spec Spec) (*Calendar, error) {
	zone, faults := loadZone(spec)
	if !spec.Always {
		faults = append(faults, spec.check()...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return &Calendar{spec: spec.clone(), zone: zone, hours: newHours(spec)}, nil
}

func (s Spec) check() (faults fault.List) {
	for day, intervals := range s.Weekly {
		for _, i := range intervals {
			if !i.From.exists() || !i.To.exists() {
				faults = append(faults, fault.New(fault.Invalid, CodeIntervalInvalid,
					"weekday", time.Weekday(day).String(), "interval", i.String()))
			}
		}
	}
	for _, h := range s.Holidays {
		if !h.Date.exists() {
			faults = append(faults, fault.New(fault.Invalid, CodeHolidayInvalid, "date", h.Date, "name", h.Name))
		}
	}
	faults = append(faults, checkWindows(s.Closures, CodeClosureInvalid, CodeClosureBackwards)...)
	return append(faults, checkWindows(s.Openings, CodeOpeningInvalid, CodeOpeningBackwards)...)
}

func checkWindows(windows []Window, invalid, backwards reason.Code) (faults fault.List) {
	for _, w := range windows {
		var code reason.Code
		switch {
		case !w.From.exists() || !w.To.exists():
			code = invalid
		case w.To.wallMinute() <= w.From.wallMinute():
			code = backwards
		default:
			continue
		}
		faults = append(faults, fault.New(fault.Invalid, code, "from", w.From.String(), "to", w.To.String()))
	}
	return faults
}

// zones remembers the zones that were loaded, because loading one reads and parses a file
// and calendars are made by the thousand in a replay. Which calendar asked first cannot be
// told from outside.
var zones sync.Map

func loadZone(spec Spec) (*time.Location, fault.List) {
	switch {
	case spec.Zone == "" && spec.Always:
		return time.UTC, nil
	case spec.Zone == "":
		return nil, fault.List{fault.New(fault.Invalid, CodeZoneMissing)}
	}
	zone, err := LoadZone(spec.Zone)
	if err != nil {
		return nil, fault.All(err)
	}
	return zone, nil
}

// LoadZone finds a zone by its IANA name, for instance Europe/Amsterdam, with CodeZoneUnknown
// when there is none.
func LoadZone(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	if name == "" || name == "Local" { // the zone of the machine that happens to run us
		return nil, fault.New(fault.Invalid, CodeZoneUnknown, "zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeZoneUnknown, "zone", name).Because(err)
	}
	zones.Store(name, zone)
	return zone, nil
}
