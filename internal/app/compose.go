package app

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// prepare makes the message of a claimed item as things stand now, or says what becomes of
// the item instead: then the state of the outcome is not "".
func (h *handOver) prepare(tx *store.Tx) (store.Outcome, error) {
	it := h.item
	if !it.Expires.IsZero() && !it.Expires.After(tx.Now) {
		return store.Outcome{State: store.Expired, Problem: notice.CodeTooOld}, nil
	}
	if h.channel == nil {
		return store.Outcome{State: store.WouldSend, Problem: notice.CodeNoChannel}, nil
	}
	m, ok, err := compose(tx, it)
	if err != nil {
		return store.Outcome{}, err
	}
	if !ok {
		return store.Outcome{State: store.Expired, Problem: notice.CodeGone}, nil
	}
	h.message = m
	return store.Outcome{}, nil
}

// compose makes the message of an item. It is false when the person may not know it any more,
// or has no use for it: things change while something waits.
func compose(tx *store.Tx, it *store.Item) (*notice.Message, bool, error) {
	p, err := tx.Person(it.Recipient)
	switch {
	case isFault(err, store.CodePersonUnknown):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case !p.Active:
		return nil, false, nil
	}
	m := &notice.Message{
		ID: it.ID, Kind: it.Kind, Args: it.Args, Caused: it.Recorded, Why: notice.Why(it.Args),
		Name: p.Name, Address: p.Email, Language: p.Language, Zone: zoneOf(p),
	}
	if m.About, err = nameOf(tx, it.Args[notice.ArgPerson]); err != nil {
		return nil, false, err
	}
	if it.Kind == notice.Leapt {
		ok, err := aboutLeap(tx, it, p, m)
		return m, ok, err
	}
	if it.Client == "" {
		path, err := letterLink(tx, it.Kind, p, it.Expires)
		m.Path = string(path)
		if isFault(err, CodeLinkDead) {
			return nil, false, nil
		}
		return m, err == nil, err
	}
	ok, err := aboutTicket(tx, it, p, m)
	return m, ok, err
}

// aboutLeap fills in how much fell due in a leap of the clock, as it was counted meanwhile.
func aboutLeap(tx *store.Tx, it *store.Item, p *person.Person, m *notice.Message) (ok bool, err error) {
	if !p.Scope.Has(it.Client) {
		return false, nil
	}
	m.Args, ok, err = tx.NoticeArgs(it.Client, &store.Notice{Person: p.ID, Stream: it.Stream, Seq: it.Seq, Kind: it.Kind})
	return ok, err
}

// nameOf is the name of a person, "" for nobody and for somebody of another system.
func nameOf(tx *store.Tx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	p, err := tx.Person(id)
	switch {
	case isFault(err, store.CodePersonUnknown):
		return "", nil
	case err != nil:
		return "", err
	}
	return p.Name, nil
}

func zoneOf(p *person.Person) *time.Location {
	if p.Zone != "" {
		if zone, err := calendar.LoadZone(p.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
}

// aboutTicket fills in what a message says of its ticket, for somebody who may see it.
func aboutTicket(tx *store.Tx, it *store.Item, p *person.Person, m *notice.Message) (bool, error) {
	if !sees(p, it.Client) || p.Client != "" && !it.Kind.ForClients() {
		return false, nil
	}
	row, ok, err := ticketFor(tx, p.Actor(), it.Client, it.Stream)
	if err != nil || !ok {
		return false, err
	}
	c, err := tx.Client(it.Client)
	if err != nil {
		return false, err
	}
	m.Client, m.ClientSlug, m.Key, m.Title = c.Name, c.Slug, row.Key, row.Title
	if m.By, err = nameOf(tx, it.Args[notice.ArgBy]); err != nil {
		return false, err
	}
	if clocks := notice.Clocks(it.Args[notice.ArgClocks]); len(clocks) > 0 && row.Face.Kind == clocks[0].Target {
		m.Due = row.Face.Due
	}
	if !it.Kind.ShowsText() {
		return true, nil
	}
	return writtenFor(c, it, p, m)
}

// writtenFor reads what was written with the entry that a message is about.
func writtenFor(c *store.Client, it *store.Item, p *person.Person, m *notice.Message) (bool, error) {
	entries, err := c.Entries(it.Stream)
	if err != nil || it.Seq < 1 || it.Seq > len(entries) {
		return false, err
	}
	if p.Client != "" && !ticket.Public(entries[it.Seq-1].Fact) {
		return false, nil
	}
	texts, err := c.Contents(it.Stream)
	for i := range texts {
		if texts[i].Seq == it.Seq {
			m.Text = texts[i].Text
		}
	}
	return true, err
}
