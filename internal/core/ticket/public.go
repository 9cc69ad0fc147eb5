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

// Outside is the ticket as people of the client see it: without what Public keeps from them.
func (t Ticket) Outside() Ticket {
	t.Team, t.Person, t.Escalated, t.Minutes, t.Links = "", "", false, 0, nil
	return t
}
