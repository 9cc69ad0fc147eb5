package clock_test

import (
	"iter"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// The oracle is the definition of the clocks, written down once more and as plainly as can
// be. It lives through a ticket minute by minute, notes for each minute of each clock what
// the ticket did and which terms ruled, and then counts minutes. It knows nothing of legs
// and spans and asks no calendar for sums: which minutes are open, it works out itself from
// the wall clock. Whatever happens, happens on a whole minute.

// horizon is how many minutes the oracle lives through, from the start of a window on.
const horizon = 30 * 24 * 60

// hours are the open minutes of one calendar in one window, and the local date of each.
type hours struct {
	calendar *calendar.Calendar
	open     [horizon]bool
	date     [horizon]calendar.Date
}

// newHours looks at the wall clock in each minute.
func newHours(spec calendar.Spec, base time.Time) *hours {
	made, err := calendar.New(spec)
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation(spec.Zone)
	if err != nil {
		panic(err)
	}
	h := &hours{calendar: made}
	for m := range horizon {
		wall := base.Add(time.Duration(m) * time.Minute).In(zone)
		h.date[m] = calendar.Date{Year: wall.Year(), Month: wall.Month(), Day: wall.Day()}
		h.open[m] = openOnWall(spec, wall)
	}
	return h
}

func openOnWall(spec calendar.Spec, wall time.Time) bool {
	minute := calendar.Minute(wall.Hour()*60 + wall.Minute())
	for _, holiday := range spec.Holidays {
		if holiday.Date == (calendar.Date{Year: wall.Year(), Month: wall.Month(), Day: wall.Day()}) {
			return false
		}
	}
	for _, i := range spec.Weekly[wall.Weekday()] {
		if i.From <= minute && (minute < i.To || i.To <= i.From) {
			return true
		}
	}
	for _, i := range spec.Weekly[(wall.Weekday()+6)%7] {
		if i.To <= i.From && minute < i.To {
			return true
		}
	}
	return spec.Always
}

// minute is what one clock saw in one minute of a round that was not stopped.
type minute struct {
	at       int
	waitsFor catalog.Party
	version  *contract.Version
	priority catalog.Priority
	said     catalog.Priority // as it was said to be at the time, whatever was made of it since
}

// oracleRound is one run of one clock. Times are minutes of the window, -1 for none.
type oracleRound struct {
	since, stopped int
	minutes        []minute
	now            minute // the terms and the waiting as they are, and at the stop as they were
	// When version and priority last changed forward, unless a retroactive change has made
	// that undone.
	versionChanged, priorityChanged int
	saidChanged                     int                 // when the priority was last said to change
	missed                          []*contract.Version // took effect while it was stopped
	agreed                          int
	unmeasured                      bool
}

// oracle is a ticket as it stands in one minute.
type oracle struct {
	base  time.Time
	hours map[*calendar.Calendar]*hours
	terms contract.Terms

	now       int
	logged    bool
	kind      catalog.Kind
	version   *contract.Version
	priority  catalog.Priority
	waitsFor  catalog.Party
	responded bool // by a person, or the trouble ended
	ended     bool // restored, resolved or closed, and not reopened
	closed    bool
	merged    bool
	published bool

	rounds     [contract.NumTargets][]*oracleRound
	agreed     [contract.NumTargets]int // what a first round will start with
	agreedAt   [contract.NumTargets]int
	unmeasured [contract.NumTargets]bool
}

// live takes a ticket from the start of the window to a minute, which is looked at and not
// counted.
func live(w window, terms contract.Terms, entries []ticket.Entry, until int) *oracle {
	o := &oracle{base: w.base, hours: w.hours, terms: terms}
	for kind := range o.agreed {
		o.agreed[kind] = -1
	}
	versions, happened := map[int][]*contract.Version{}, map[int][]ticket.Entry{}
	for _, v := range terms {
		m := o.minute(v.Effective)
		versions[m] = append(versions[m], v)
	}
	for _, e := range entries {
		m := o.minute(e.At)
		happened[m] = append(happened[m], e)
	}
	for o.now = 0; o.now <= until; o.now++ {
		for _, v := range versions[o.now] {
			o.amend(v)
		}
		for _, e := range happened[o.now] {
			o.enter(e)
		}
		if o.now < until {
			o.pass()
		}
	}
	o.now = until
	return o
}

func (o *oracle) minute(at time.Time) int { return int(at.Sub(o.base) / time.Minute) }

func (o *oracle) instant(m int) time.Time { return o.base.Add(time.Duration(m) * time.Minute) }

// pass notes one minute in each clock that is not stopped.
func (o *oracle) pass() {
	for _, rounds := range o.rounds {
		if n := len(rounds); n > 0 && rounds[n-1].stopped < 0 {
			r := rounds[n-1]
			r.now.at = o.now
			r.minutes = append(r.minutes, r.now)
		}
	}
}

// running calls do with each round that is not stopped.
func (o *oracle) running(do func(*oracleRound)) {
	for _, rounds := range o.rounds {
		if n := len(rounds); n > 0 && rounds[n-1].stopped < 0 {
			do(rounds[n-1])
		}
	}
}

// amend is what a version does that takes effect while the ticket is open.
func (o *oracle) amend(v *contract.Version) {
	if !o.logged || o.closed || o.merged || v.OpenTickets == contract.Keep || v == o.version {
		return
	}
	o.version = v
	for kind := range o.rounds {
		switch r := o.last(contract.TargetKind(kind)); {
		case r == nil:
		case r.stopped < 0:
			r.setVersion(v, o.now)
		default:
			r.missed = append(r.missed, v)
		}
	}
}

// setVersion judges the minutes that have passed by the new version as well, if it is
// retroactive: also what a change of priority did is then what that version makes of it.
func (r *oracleRound) setVersion(v *contract.Version, now int) {
	if r.now.version == v {
		return
	}
	r.now.version = v
	if v.OpenTickets == contract.Forward {
		r.versionChanged = now
		return
	}
	r.versionChanged, r.priorityChanged = -1, -1
	if v.PriorityChange == contract.Forward {
		r.priorityChanged = r.saidChanged
	}
	for i := range r.minutes {
		m := &r.minutes[i]
		m.version, m.priority = v, r.now.priority
		if v.PriorityChange == contract.Forward {
			m.priority = m.said
		}
	}
}

func (r *oracleRound) setPriority(p catalog.Priority, now int) {
	if r.now.priority == p {
		return
	}
	r.now.priority, r.now.said, r.saidChanged = p, p, now
	if r.now.version.PriorityChange == contract.Forward {
		r.priorityChanged = now
		return
	}
	r.priorityChanged = -1
	for i := range r.minutes {
		r.minutes[i].priority = p
	}
}

// enter is what an entry does.
func (o *oracle) enter(e ticket.Entry) {
	if first, ok := e.Fact.(ticket.Logged); ok && !o.logged {
		o.logged, o.kind, o.priority, o.version = true, first.Kind, first.Priority, o.terms.At(e.At)
		o.start(contract.Response)
		o.start(contract.Restoration)
		o.start(contract.Resolution)
		if o.kind == catalog.Problem {
			o.start(contract.RootCause)
		}
		return
	}
	if !o.logged || o.merged {
		return
	}
	switch f := e.Fact.(type) {
	case ticket.Acknowledged:
		if !e.By.Automated {
			o.respond(false)
		}
	case ticket.Replied:
		if !e.By.Automated {
			o.respond(true)
		}
	case ticket.Wrote:
		if o.responded && !o.closed && !o.isRunning(contract.UpdateAnswer) {
			o.start(contract.UpdateAnswer)
		}
	case ticket.Waits:
		o.wait(f.For)
	case ticket.Resumed:
		o.wait(0)
	case ticket.Restored:
		o.repaired(contract.Restoration)
		if o.kind != catalog.Incident {
			o.stop(contract.Resolution)
		}
	case ticket.Resolved:
		o.repaired(contract.Restoration, contract.Resolution)
	case ticket.Closed:
		if e.By.Automated && !o.responded {
			o.last(contract.Response).unmeasured = true
		}
		o.repaired(contract.Restoration, contract.Resolution, contract.UpdateAnswer)
		o.closed = true
	case ticket.Merged:
		o.merged = true
		o.wait(0)
		for kind := range o.rounds {
			o.stop(contract.TargetKind(kind))
		}
	case ticket.Reopened:
		o.reopen()
	case ticket.Classified:
		o.priority = f.Priority
		o.running(func(r *oracleRound) { r.setPriority(f.Priority, o.now) })
	case ticket.DueAgreed:
		o.agree(f.Target, o.minute(f.Due))
	case ticket.DueWithdrawn:
		o.agree(f.Target, -1)
	case ticket.RootCausePublished:
		o.published = true
		o.stop(contract.RootCause)
	case ticket.NotShown:
		o.unmeasured[f.Target] = true
		if r := o.last(f.Target); r != nil {
			r.unmeasured = true
		}
		o.responded = o.responded || f.Target == contract.Response
	}
}

// respond is an acknowledgement or a public reply of a person.
func (o *oracle) respond(publicly bool) {
	o.stop(contract.Response)
	if publicly {
		o.stop(contract.UpdateAnswer)
	}
	if !o.ended && (publicly || !o.responded) {
		o.start(contract.UpdateCadence)
	}
	o.responded = true
}

// repaired is the end of the trouble, which stops some clocks.
func (o *oracle) repaired(kinds ...contract.TargetKind) {
	o.wait(0)
	o.stop(contract.Response)
	o.stop(contract.UpdateCadence)
	for _, kind := range kinds {
		o.stop(kind)
	}
	o.responded, o.ended = true, true
	if o.kind == catalog.Incident && len(o.rounds[contract.RootCause]) == 0 {
		o.start(contract.RootCause)
		if o.published {
			o.stop(contract.RootCause)
		}
	}
}

// reopen goes on with restoration and resolution where they were stopped, under the terms
// and the priority of now, and begins a new cadence.
func (o *oracle) reopen() {
	o.closed, o.ended = false, false
	o.wait(0)
	for _, kind := range []contract.TargetKind{contract.Restoration, contract.Resolution} {
		r := o.last(kind)
		if r.stopped < 0 {
			continue
		}
		r.stopped, r.now.waitsFor = -1, 0
		for _, v := range r.missed {
			r.setVersion(v, o.now)
		}
		r.missed = nil
		r.setPriority(o.priority, o.now)
	}
	if o.responded && !o.isRunning(contract.UpdateCadence) {
		o.start(contract.UpdateCadence)
	}
}

func (o *oracle) wait(party catalog.Party) {
	o.waitsFor = party
	o.running(func(r *oracleRound) { r.now.waitsFor = party })
}

func (o *oracle) agree(kind contract.TargetKind, due int) {
	o.agreed[kind], o.agreedAt[kind] = due, o.now
	if r := o.last(kind); r != nil {
		r.agreed = due
	}
}

func (o *oracle) last(kind contract.TargetKind) *oracleRound {
	if n := len(o.rounds[kind]); n > 0 {
		return o.rounds[kind][n-1]
	}
	return nil
}

func (o *oracle) isRunning(kind contract.TargetKind) bool {
	r := o.last(kind)
	return r != nil && r.stopped < 0
}

// start begins a round; a due agreed for the round before does not hold for it.
func (o *oracle) start(kind contract.TargetKind) {
	o.stop(kind)
	if r := o.last(kind); r != nil {
		if o.agreedAt[kind] < o.now {
			o.agreed[kind] = -1
		}
		if r.since == o.now { // two in one instant are one
			o.rounds[kind] = o.rounds[kind][:len(o.rounds[kind])-1]
		}
	}
	o.rounds[kind] = append(o.rounds[kind], &oracleRound{
		since: o.now, stopped: -1, now: minute{o.now, o.waitsFor, o.version, o.priority, o.priority},
		versionChanged: -1, priorityChanged: -1, saidChanged: -1, agreed: o.agreed[kind], unmeasured: o.unmeasured[kind],
	})
}

func (o *oracle) stop(kind contract.TargetKind) {
	if r := o.last(kind); r != nil && r.stopped < 0 {
		r.stopped = o.now
	}
}

// counts tells whether a minute is counted: it is open under the terms that ruled it, and
// nobody had the turn that stops the clock.
func (o *oracle) counts(kind contract.TargetKind, m minute) bool {
	target := m.version.Target(o.kind, m.priority, kind)
	return target != nil && !m.version.Pauses[kind].Has(m.waitsFor) && o.hours[target.Calendar].open[m.at]
}

// whole yields the minutes of a round to the end of the window, as if it were never stopped
// and everything stayed as it is.
func (o *oracle) whole(r *oracleRound) iter.Seq[minute] {
	return func(yield func(minute) bool) {
		for _, m := range r.minutes {
			if !yield(m) {
				return
			}
		}
		next := r.now
		next.at = o.now
		if r.stopped >= 0 {
			next.at = r.stopped
		}
		for ; next.at < horizon; next.at++ {
			if !yield(next) {
				return
			}
		}
	}
}

// contractDue is the minute at which the target is used up, -1 when not within the window.
func (o *oracle) contractDue(kind contract.TargetKind, r *oracleRound, target *contract.Target) int {
	due := -1
	switch {
	case target.WorkDays > 0:
		due = o.closeOfDay(kind, r, target.WorkDays)
	case target.Open == 0:
		due = r.since
	default:
		left := int(target.Open / time.Minute)
		for m := range o.whole(r) {
			if !o.counts(kind, m) {
				continue
			}
			if left--; left == 0 {
				due = m.at + 1
				break
			}
		}
	}
	if due < 0 {
		return -1
	}
	return max(due, r.versionChanged, r.priorityChanged)
}

// closeOfDay is the n-th close of a local date that the clock runs up to. A date that has
// passed does not come back when a calendar in another zone takes over.
func (o *oracle) closeOfDay(kind contract.TargetKind, r *oracleRound, n int) int {
	var last calendar.Date
	for m := range o.whole(r) {
		if !o.counts(kind, m) {
			continue
		}
		h := o.hours[m.version.Target(o.kind, m.priority, kind).Calendar]
		if h.closesAfter(m.at) && last.Before(h.date[m.at]) {
			last = h.date[m.at]
			if n--; n == 0 {
				return m.at + 1
			}
		}
	}
	return -1
}

// closesAfter tells whether a minute is the last open one of its date.
func (h *hours) closesAfter(at int) bool {
	for later := at + 1; later < horizon && later < at+2*24*60; later++ {
		if h.open[later] && h.date[later] == h.date[at] {
			return false
		}
	}
	return true
}

// sum counts the minutes of a round that count and lie before an instant.
func (o *oracle) sum(kind contract.TargetKind, minutes iter.Seq[minute], until int) (sum int) {
	for m := range minutes {
		if m.at < until && o.counts(kind, m) {
			sum++
		}
	}
	return sum
}

// open counts open minutes, negative when the instants are in the wrong order.
func (h *hours) between(from, to int) (sum int) {
	if to < from {
		return -h.between(to, from)
	}
	for m := from; m < to; m++ {
		if h.open[m] {
			sum++
		}
	}
	return sum
}

// read gives the clock of a round, with -1 for no instant.
func (o *oracle) read(kind contract.TargetKind, r *oracleRound) clock.Clock {
	target := r.now.version.Target(o.kind, r.now.priority, kind)
	c := clock.Clock{Kind: kind, Version: r.now.version.Number, Priority: r.now.priority, Target: target}
	if target == nil {
		return c
	}
	end := o.now
	c.Phase, c.Promise, c.Since = clock.Running, target.Promise, o.instant(r.since)
	switch {
	case r.stopped >= 0:
		c.Phase, c.Stopped, end = clock.Stopped, o.instant(r.stopped), r.stopped
	case r.now.version.Pauses[kind].Has(r.now.waitsFor):
		c.Phase, c.WaitsFor = clock.Paused, r.now.waitsFor
	}
	contractDue := o.contractDue(kind, r, target)
	due := contractDue
	if r.agreed >= 0 {
		due, c.Agreed = r.agreed, true
	}
	elapsed := o.sum(kind, slices.Values(r.minutes), end)
	c.Elapsed = time.Duration(elapsed) * time.Minute
	c.Allowed = target.Open
	if target.WorkDays > 0 {
		c.Allowed = 0
		if contractDue >= 0 {
			c.Allowed = time.Duration(o.sum(kind, o.whole(r), contractDue)) * time.Minute
		}
	}
	switch {
	case !c.Agreed && target.WorkDays == 0:
		c.Remaining = c.Allowed - c.Elapsed
	case due >= 0:
		c.Remaining = time.Duration(o.hours[target.Calendar].between(end, due)) * time.Minute
	}
	if contractDue >= 0 {
		c.ContractDue = o.instant(contractDue)
	}
	if due >= 0 {
		c.Due = o.instant(due)
	}
	switch late := due >= 0 && due < end; {
	case r.unmeasured:
		c.Verdict = clock.NotMeasurable
	case late && target.Promise == contract.SLA:
		c.Verdict = clock.Breached
	case late:
		c.Verdict = clock.Missed
	default:
		c.Verdict = clock.Within
	}
	return c
}

// reading is what clock.Read must give.
func (o *oracle) reading() clock.Reading {
	var reading clock.Reading
	for kind := range reading.Clocks {
		c := &reading.Clocks[kind]
		c.Kind = contract.TargetKind(kind)
		rounds := o.rounds[kind]
		switch {
		case len(rounds) > 0:
			*c = o.read(c.Kind, rounds[len(rounds)-1])
		case o.logged:
			if t := o.version.Target(o.kind, o.priority, c.Kind); t != nil {
				c.Phase, c.Version, c.Priority, c.Promise, c.Target = clock.NotStarted, o.version.Number, o.priority, t.Promise, t
			}
		}
		for _, r := range rounds[:max(0, len(rounds)-1)] {
			switch past := o.read(c.Kind, r); {
			case past.Verdict == clock.Within:
				reading.Past[kind].Kept++
			case past.Verdict.Late():
				reading.Past[kind].Late++
			}
		}
	}
	return reading
}
