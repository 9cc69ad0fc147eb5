package app

import (
	"context"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// TicketView is all that a person sees of a ticket at an instant.
type TicketView struct {
	Ref
	ClientSlug  string
	ClientName  string
	Contract    string
	Version     int       // of the contract, in force now
	Effective   time.Time // since when it is
	Zone        *time.Location
	Now         time.Time // of the reading; UTC as all instants
	Head        int       // number of the last entry that the actor sees
	Title       string
	Description string
	Ticket      ticket.Ticket
	Ball        catalog.Party // 0 for none
	Accountable catalog.Party
	Entries     []EntryView
	Clocks      []clock.Explanation // of each clock the round that goes on, or the last one
	NotStarted  []clock.Clock       // what starts later
	Face        clock.Face          // the clock that lists show; it is the first of Clocks, unless it is in LaneNone
	Options     []ticket.Option     // steps, and why they may not be taken
	Routed      reason.Reason       // why it went to its level and team
	Watchers    []string
	Watching    bool // the actor does
	Files       []store.File
	Works       []store.Work // in the order in which it was entered; only for those who may see it
	Pools       []Meter
	Related     []Related

	terms    contract.Terms
	timeline *ticket.Timeline
}

// EntryView is an entry as it is shown.
type EntryView struct {
	Number int // its place in the timeline, from 1, among those that the reader sees
	ticket.Entry
	Text   string // "" also for what was erased
	Public bool   // people of the client see it
}

// Related is a ticket that the ticket is linked to, as it stands.
type Related struct {
	ticket.Link
	Title string
	State ticket.State
	Face  clock.Face
	Known bool // false when it is not there, or out of sight
}

// Ticket reads a ticket for an actor. People of the client see what ticket.Public lets them.
func (a *App) Ticket(ctx context.Context, actor access.Actor, ref Ref) (*TicketView, error) {
	var v *TicketView
	err := a.read(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		c, s, err := find(tx, actor, ref)
		if err != nil {
			return err
		}
		f, err := a.load(c, s)
		if err != nil {
			return err
		}
		v, err = a.view(tx, actor, f)
		return err
	})
	return v, err
}

func (a *App) view(tx *store.Tx, actor access.Actor, f *caseFile) (*TicketView, error) {
	// Nothing is recorded: what fell due since is shown, and announced by the worker. Where much
	// happens within a millisecond the last entry is ahead of now.
	f.now = tx.Now
	if f.stream.Recorded.After(f.now) {
		f.now = f.stream.Recorded
	}
	terms, folded := f.Terms.At(f.now), f.folded()
	v := &TicketView{
		Ref: Ref{f.client.ID, f.stream.Key}, ClientSlug: f.client.Slug, ClientName: f.client.Name, Contract: f.stream.Contract,
		Version: terms.Number, Effective: terms.Effective, Zone: terms.Zone, Now: f.now, Head: f.seenBy(actor).Len(),
		Title: f.title, Ticket: folded, Ball: folded.BallHolder(terms),
		Accountable: terms.Matrix[catalog.WorkOn(folded.Kind)].Accountable,
		Options:     ticket.Options(by(actor), terms, folded),
		terms:       f.Terms, timeline: f.Timeline,
	}
	v.readClocks(actor, f)
	teams, err := teamsFor(tx)
	if err != nil {
		return nil, err
	}
	_, v.Routed = ticket.Route(f.Terms.At(folded.Opened), folded.Kind, teams)
	if err := v.readEntries(actor, f); err != nil {
		return nil, err
	}
	if v.Watchers, err = f.client.Watchers(f.stream.ID); err != nil {
		return nil, err
	}
	v.Watching = slices.Contains(v.Watchers, actor.ID)
	if !actor.May(access.ReadInternal) {
		v.Ticket, v.Routed, v.Watchers, folded.Links = folded.Outside(), reason.Reason{}, nil, nil
	}
	if v.Related, err = related(tx, actor, f, folded.Links); err != nil {
		return nil, err
	}
	if actor.May(access.ReadWork) {
		if v.Works, err = f.client.Works(f.stream.ID); err != nil {
			return nil, err
		}
		v.Pools, err = a.metersFor(f.client, f.stream.Contract, f.Terms, catalog.WorkOn(folded.Kind), f.now)
	}
	return v, err
}

// readClocks reads of each clock the last round, and those that have not started.
func (v *TicketView) readClocks(actor access.Actor, f *caseFile) {
	for _, e := range clock.Explain(f.Terms, f.Timeline, f.now) {
		if !actor.May(access.ReadInternal) {
			for i := range e.Segments {
				e.Segments[i].Entry = f.Timeline.OutsideNumber(e.Segments[i].Entry)
			}
		}
		if n := len(v.Clocks); n > 0 && v.Clocks[n-1].Kind == e.Kind {
			v.Clocks[n-1] = e
			continue
		}
		v.Clocks = append(v.Clocks, e)
	}
	reading := clock.Read(f.Terms, f.Timeline, f.now)
	for i := range reading.Clocks {
		if c := &reading.Clocks[i]; c.Phase == clock.NotStarted {
			v.NotStarted = append(v.NotStarted, *c)
		}
	}
	v.Face = f.face(v.Ticket)
	slices.SortStableFunc(v.Clocks, func(a, b clock.Explanation) int { return v.pressing(&a.Clock) - v.pressing(&b.Clock) })
}

// pressing orders clocks: first the one that lists show, then those that run, then those that
// stand still, then the rest.
func (v *TicketView) pressing(c *clock.Clock) int {
	switch {
	case v.Face.Lane != clock.LaneNone && c.Kind == v.Face.Kind:
		return -1
	case c.Phase == clock.Running && c.Promise == contract.SLA:
		return 0
	case c.Phase == clock.Running:
		return 1
	case c.Phase == clock.Paused:
		return 2
	default:
		return 3
	}
}

// readEntries takes over what the actor may see of the timeline, with what people wrote.
func (v *TicketView) readEntries(actor access.Actor, f *caseFile) error {
	contents, err := f.client.Contents(f.stream.ID)
	if err != nil {
		return err
	}
	texts := make(map[int]string, len(contents))
	for _, c := range contents {
		texts[c.Seq] = c.Text
	}
	internal, shown := actor.May(access.ReadInternal), map[string]bool{}
	for i, e := range f.Timeline.Entries() {
		public := ticket.Public(e.Fact)
		if !public && !internal {
			continue
		}
		one := EntryView{Number: len(v.Entries) + 1, Entry: e, Text: texts[i+1], Public: public}
		if _, logged := e.Fact.(ticket.Logged); logged {
			one.Text = ticket.Description(one.Text)
			v.Description = one.Text
		}
		if a, ok := e.Fact.(ticket.Attached); ok {
			shown[a.File] = true
		}
		v.Entries = append(v.Entries, one)
	}
	files, err := f.client.Files(f.stream.ID)
	v.Files = slices.DeleteFunc(files, func(one store.File) bool { return !shown[one.ID] })
	return err
}

// related reads the tickets of links that the actor may see.
func related(tx *store.Tx, actor access.Actor, f *caseFile, links []ticket.Link) ([]Related, error) {
	keys := make([]string, len(links))
	for i, l := range links {
		keys[i] = l.Key
	}
	rows, err := f.client.TicketRows(keys...)
	if err != nil {
		return nil, err
	}
	all := make([]Related, len(links))
	for i, l := range links {
		all[i].Link = l
		for _, row := range rows {
			if row.Key != l.Key {
				continue
			}
			_, _, err := find(tx, actor, Ref{f.client.ID, l.Key})
			if isFault(err, store.CodeStreamUnknown) {
				continue
			}
			if err != nil {
				return nil, err
			}
			all[i].Title, all[i].State, all[i].Face, all[i].Known = row.Title, row.State, row.Face, true
		}
	}
	return all, nil
}

// Effects tells what a step would do to the clocks, were it taken now.
func (v *TicketView) Effects(actor access.Actor, f ticket.Fact) []clock.Effect {
	return clock.Effects(v.terms, v.timeline, ticket.Entry{At: v.Now, By: by(actor), Fact: f})
}
