package contract

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Capacity is what a version says about hours and money. Hours are whole minutes.
type Capacity struct {
	Pools []*Pool
	// Draws tell which pool takes which work. The first that fits takes it.
	Draws []Draw
	// ClosesAfter is how many days after its end a period closes for new entries.
	ClosesAfter int
	// MonthlyPrice is zero where the contract is not priced.
	MonthlyPrice Money
	// Rates are the prices of an hour beyond what the monthly price covers, by role. The
	// rate of role "" holds for every role that has none of its own.
	Rates map[catalog.Role]Money
}

// Pool is a capacity pool: hours that are allotted anew each period, or unlimited.
type Pool struct {
	Name   string
	Clause fault.Position
	// Roles whose work the pool takes; none means that all roles share it.
	Roles     []catalog.Role
	Unlimited bool // then nothing below is set

	Period Period
	// Minutes is the allotment of a period; In has the periods that get another one, by
	// their first date.
	Minutes int
	In      map[calendar.Date]int
	Carry   Carry
	Warn    []int // percents used at which to warn, rising; each warns once a period
	Overrun Overrun
	// AfterHours weighs work outside a calendar. Its percent is 100 where time is not weighed.
	AfterHours AfterHours
	// Exchange lists the pools whose hours may be had for hours of this one.
	Exchange []Exchange
}

// Carry says what happens to hours that were not used when their period ends.
type Carry struct {
	Cap    int // minutes at most, 0 when nothing carries over
	Months int // how many months after the end of their period they expire
}

// AfterHours weighs work outside the hours of a calendar: 60 minutes count as Percent of
// 60, rounded half up per entry.
type AfterHours struct {
	Percent      int
	Calendar     *calendar.Calendar // nil when Percent is 100
	CalendarName string
}

// Exchange lets hours of a pool be turned into hours of another: 60 minutes given up make
// Percent of 60 in the other pool.
type Exchange struct {
	Into    string // the name of the other pool
	Percent int
}

// Draw gives work to a pool.
type Draw struct {
	Pool   *Pool
	Clause fault.Position
	// Activities and Roles say which work; none means all.
	Activities []catalog.Activity
	Roles      []catalog.Role
}

// Takes tells whether the draw gives such work to its pool. A pool takes no work of roles
// that it is not for, whatever the draw says.
func (d *Draw) Takes(a catalog.Activity, r catalog.Role) bool {
	return anyOr(d.Activities, a) && anyOr(d.Roles, r) && anyOr(d.Pool.Roles, r)
}

func anyOr[T comparable](list []T, one T) bool {
	return len(list) == 0 || slices.Contains(list, one)
}

// DrawFor returns the draw that takes the work, nil when no pool does.
func (c *Capacity) DrawFor(a catalog.Activity, r catalog.Role) *Draw {
	for i := range c.Draws {
		if c.Draws[i].Takes(a, r) {
			return &c.Draws[i]
		}
	}
	return nil
}

// Rate returns the price of an hour of a role, zero when the contract names none.
func (c *Capacity) Rate(r catalog.Role) Money {
	if rate, ok := c.Rates[r]; ok {
		return rate
	}
	return c.Rates[""]
}

// Allotment returns the minutes allotted in the period that begins on a date.
func (p *Pool) Allotment(begins calendar.Date) int {
	if minutes, ok := p.In[begins]; ok {
		return minutes
	}
	return p.Minutes
}

// Overrun says how hours beyond a pool become more hours.
type Overrun uint8

// The overrun rules.
const (
	ClientApproval Overrun = iota // the client approves each overrun
	ChangeOnly                    // only an approved change brings hours
)

var overrunNames = words{"client_approval", "change_only"}

// String returns the word of files and the API.
func (o Overrun) String() string { return overrunNames[o] }

// MarshalText writes the word.
func (o Overrun) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (o *Overrun) UnmarshalText(text []byte) error { return overrunNames.read(text, (*uint8)(o)) }

// Period is the length of the periods of a pool. They begin on the first of a month.
type Period uint8

// The periods.
const (
	Month Period = iota
	Quarter
	Year
)

var periodNames = words{"month", "quarter", "year"}

// String returns the word of files and the API.
func (p Period) String() string { return periodNames[p] }

// MarshalText writes the word.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (p *Period) UnmarshalText(text []byte) error { return periodNames.read(text, (*uint8)(p)) }

// Months returns how long a period is.
func (p Period) Months() int { return [...]int{Month: 1, Quarter: 3, Year: 12}[p] }

// Begin returns the first date of the period that a date lies in.
func (p Period) Begin(on calendar.Date) calendar.Date {
	month := (int(on.Month) - 1) / p.Months() * p.Months()
	return calendar.Date{Year: on.Year, Month: time.Month(month + 1), Day: 1}
}

// Next returns the first date of the period after the one that a date lies in.
func (p Period) Next(on calendar.Date) calendar.Date {
	return addMonths(p.Begin(on), p.Months())
}

// addMonths moves the first of a month.
func addMonths(first calendar.Date, n int) calendar.Date {
	return calendar.DateOf(time.Date(first.Year, first.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Money is an amount in the minor unit of its currency, such as cents. The zero Money is no
// price at all.
type Money struct {
	Minor    int64
	Currency string // ISO 4217
}

// IsZero reports whether nothing is priced.
func (m Money) IsZero() bool { return m == Money{} }
