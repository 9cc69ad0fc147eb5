package ticket

// Public tells whether people of the client may see an entry. What the provider's people
// write among themselves, who of them works how long, and how they organise their work stays
// with them; a fact that is not named here does too.
func Public(f Fact) bool {
	switch f := f.(type) {
	case Logged, Titled, Classified, Acknowledged, Replied, Wrote, Waits, Resumed, Restored, Resolved, Closed,
		Reopened, Merged, DueAgreed, DueWithdrawn, RootCausePublished, Breached, Withdrawn:
		return true
	case Attached:
		return !f.Internal
	default:
		return false
	}
}

// Outside is the timeline as people of the client know it: what is public of it, numbered on its
// own, so that no gap tells of what is not.
func (tl *Timeline) Outside() *Timeline {
	public := NewTimeline()
	for _, e := range tl.entries {
		if Public(e.Fact) {
			public.Append(e)
		}
	}
	return public
}

// OutsideNumber is the number in Outside of the last public entry up to one.
func (tl *Timeline) OutsideNumber(number int) int {
	n := 0
	for i := range min(number, len(tl.entries)) {
		if Public(tl.entries[i].Fact) {
			n++
		}
	}
	return n
}

// Outside is the ticket as people of the client see it: without what Public keeps from them.
func (t Ticket) Outside() Ticket {
	t.Team, t.Person, t.Escalated, t.Minutes, t.Links = "", "", false, 0, nil
	return t
}
