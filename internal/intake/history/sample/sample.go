// Package sample makes up the ticket history of a shop, for trying Watchbill out and for
// measuring it. The same seed gives the same history on every machine.
package sample

import (
	"bufio"
	"io"
	"iter"
	"strconv"
	"time"
	_ "time/tzdata" // the shop has a zone of its own, wherever it runs

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
)

// Row is one change of one ticket, as the file has it.
type Row struct {
	Ticket   string
	State    string
	Changed  time.Time // in the zone of the shop
	Opened   time.Time
	Priority catalog.Priority
	Impact   catalog.Impact
	Urgency  catalog.Urgency
	Team     string
	Assignee string
	Actor    string
	Minutes  int // worked since the row before
	Role     catalog.Role
}

// Zone is where the shop has its hours.
const Zone = "Europe/Amsterdam"

// days is how long the history lasts.
const days = 365

// Generate yields the rows of a number of incidents, each ticket's rows together and in
// order, tickets in the order in which they were opened. They are opened within a year
// from the start of the date: more by day than by night, fewer at weekends, most in
// November. It needs constant memory.
func Generate(seed uint64, incidents int, from calendar.Date) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		zone, err := time.LoadLocation(Zone)
		if err != nil {
			panic(err) // the zones are part of the program
		}
		arrivals := newArrivals(from, zone)
		spread := dice(seed)
		for i := range incidents {
			life := life{
				dice: dice(seed ^ (uint64(i)+1)*0x9e3779b97f4a7c15), zone: zone, yield: yield,
				row: Row{Ticket: key(i)},
			}
			if !life.run(arrivals.at(i, incidents, spread.next())) {
				return
			}
		}
	}
}

func key(i int) string {
	digits := strconv.Itoa(i + 1)
	return "INC-" + "000000"[:max(0, 6-len(digits))] + digits
}

// header names the columns of the file.
const header = "ticket,state,changed_at,opened_at,priority,impact,urgency,team,assignee,actor,minutes,role\n"

// Write writes rows as CSV, with LF line ends and times as RFC 3339.
func Write(w io.Writer, rows iter.Seq[Row]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.WriteString(header); err != nil {
		return err
	}
	var line []byte
	for r := range rows {
		line = r.append(line[:0])
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (r *Row) append(line []byte) []byte {
	text := func(s string) { line = append(append(line, s...), ',') }
	text(r.Ticket)
	text(r.State)
	line = append(r.Changed.AppendFormat(line, time.RFC3339), ',')
	line = append(r.Opened.AppendFormat(line, time.RFC3339), ',')
	text(r.Priority.String())
	line = append(strconv.AppendUint(line, uint64(r.Impact), 10), ',')
	line = append(strconv.AppendUint(line, uint64(r.Urgency), 10), ',')
	text(r.Team)
	text(r.Assignee)
	text(r.Actor)
	if r.Minutes > 0 {
		line = strconv.AppendInt(line, int64(r.Minutes), 10)
	}
	line = append(line, ',')
	return append(append(line, r.Role...), '\n')
}

// dice is splitmix64: a small generator whose numbers never change between versions.
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// between gives from low up to, not including, high.
func (d *dice) between(low, high int) int { return low + int(d.next()%uint64(high-low)) }

// percent is true that often.
func (d *dice) percent(n int) bool { return d.between(0, 100) < n }

// arrivals spreads tickets over the hours of a year by weight.
type arrivals struct {
	start int64   // first hour, unix seconds
	sums  []int64 // weights up to and including each hour
}

func newArrivals(from calendar.Date, zone *time.Location) arrivals {
	a := arrivals{start: from.Start(zone).Unix()}
	sum := int64(0)
	for hour := range int64(days * 24) {
		sum += weight(time.Unix(a.start+hour*3600, 0).In(zone))
		a.sums = append(a.sums, sum)
	}
	return a
}

// weight of an hour: how many tickets it gets, compared with others.
func weight(t time.Time) int64 {
	w := int64(12)
	switch h := t.Hour(); {
	case h < 7:
		w = 2
	case h < 9 || h >= 18 && h < 23:
		w = 7
	case h >= 23:
		w = 3
	}
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		w = w*6/10 + 1
	}
	switch {
	case t.Month() == time.November && t.Day() >= 21:
		w *= 3
	case t.Month() == time.November:
		w *= 2
	case t.Month() == time.December:
		w = w * 3 / 2
	}
	return w
}

// at is when ticket i of n is opened: the i-th of n equal parts of all weight, and
// somewhere within it.
func (a *arrivals) at(i, n int, random uint64) int64 {
	total := a.sums[len(a.sums)-1] * 3600
	// total is about 2^27 and n at most 2^31, so this does not overflow.
	part := total / int64(n)
	target := total*int64(i)/int64(n) + int64(random%uint64(max(part, 1)))
	low, high := 0, len(a.sums)-1
	for low < high {
		middle := (low + high) / 2
		if a.sums[middle]*3600 > target {
			high = middle
		} else {
			low = middle + 1
		}
	}
	before := int64(0)
	if low > 0 {
		before = a.sums[low-1]
	}
	w := a.sums[low] - before
	return a.start + int64(low)*3600 + (target-before*3600)/w
}
