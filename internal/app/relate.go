package app

import (
	"context"
	"strconv"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// Merge ends a ticket in an older one of the same client: its clocks stop, its verdicts stay,
// and who raised or watched it watches the other, if they see that one or the actor lets them
// in. The actor must be able to take steps on both.
func (a *App) Merge(ctx context.Context, actor access.Actor, ref Ref, cmd Command, into string, letIn bool) (int, error) {
	asked := []string{"merge", ref.Client, ref.Key, into, strconv.FormatBool(letIn)}
	return a.onTicket(ctx, actor, ref, cmd, asked, func(tx *store.Tx, f *caseFile) error {
		other, err := a.other(tx, actor, ref, into)
		if err != nil {
			return err
		}
		ends := f.folded()
		if err := ticket.MayMerge(ends, ref.Key, other.folded(), into); err != nil {
			return err
		}
		if err := relate(actor, f, cmd.Seen, ticket.Merged{Into: into}); err != nil {
			return err
		}
		if err := relate(actor, other, 0, ticket.Absorbed{Key: ref.Key}); err != nil {
			return err
		}
		watchers, err := f.client.Watchers(f.stream.ID)
		if err != nil {
			return err
		}
		for _, w := range append(watchers, ends.Requester) {
			if err := goOn(tx, other, w, letIn); err != nil {
				return err
			}
		}
		return other.keep()
	})
}

// goOn has somebody of a merged ticket watch the one that it ends in, if they may.
func goOn(tx *store.Tx, in *caseFile, id string, letIn bool) error {
	p, err := known(tx, id)
	if err != nil {
		return err
	}
	own, err := isOwn(in.client, in.stream, id)
	if err != nil || p != nil && !p.GoesOnIn(own, letIn) {
		return err
	}
	return in.client.Watch(in.stream.ID, id)
}

// Link relates a ticket to another of the same client, which shows the opposite relation.
func (a *App) Link(ctx context.Context, actor access.Actor, ref Ref, cmd Command, r ticket.Relation, key string) (int, error) {
	return a.bothWays(ctx, actor, ref, cmd, "link", r, key, ticket.MayLink,
		ticket.Linked{Relation: r, Key: key}, ticket.Linked{Relation: r.Opposite(), Key: ref.Key})
}

// Unlink takes a relation back, from both tickets.
func (a *App) Unlink(ctx context.Context, actor access.Actor, ref Ref, cmd Command, r ticket.Relation, key string) (int, error) {
	return a.bothWays(ctx, actor, ref, cmd, "unlink", r, key, ticket.MayUnlink,
		ticket.Unlinked{Relation: r, Key: key}, ticket.Unlinked{Relation: r.Opposite(), Key: ref.Key})
}

// bothWays reports a fact about a relation on the ticket, and the opposite on the other one.
func (a *App) bothWays(
	ctx context.Context, actor access.Actor, ref Ref, cmd Command, what string, r ticket.Relation, key string,
	may func(ticket.Ticket, ticket.Relation, string) error, here, there ticket.Fact,
) (int, error) {
	asked := []string{what, ref.Client, ref.Key, string(r), key}
	return a.onTicket(ctx, actor, ref, cmd, asked, func(tx *store.Tx, f *caseFile) error {
		other, err := a.other(tx, actor, ref, key)
		if err != nil {
			return err
		}
		if err := may(f.folded(), r, key); err != nil {
			return err
		}
		if err := relate(actor, f, cmd.Seen, here); err != nil {
			return err
		}
		if err := relate(actor, other, 0, there); err != nil {
			return err
		}
		return other.keep()
	})
}

// other loads the other ticket of a command on two tickets of one client.
func (a *App) other(tx *store.Tx, actor access.Actor, ref Ref, key string) (*caseFile, error) {
	if err := ticket.MayPair(ref.Key, key); err != nil {
		return nil, err
	}
	c, s, err := find(tx, actor, Ref{ref.Client, key})
	if err != nil {
		return nil, err
	}
	return a.load(c, s)
}

// relate reports one fact about two tickets on one of them.
func relate(actor access.Actor, f *caseFile, seen int, fact ticket.Fact) error {
	if err := ticket.May(by(actor), f.Terms.At(f.now), f.folded(), ticket.StepOf(fact)); err != nil {
		return err
	}
	if err := ticket.Meanwhile(f.seenBy(actor), seen, by(actor), fact); err != nil {
		return err
	}
	return f.report(report{By: by(actor), Fact: fact})
}
