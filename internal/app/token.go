package app

import (
	"context"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of API tokens.
const (
	CodeTokensMany  reason.Code = "token.many"    // most
	CodeTokenPast   reason.Code = "token.past"    // expires
	CodeTokenNoGood reason.Code = "token.no_good" // none, or one that does not hold any more
)

// mostTokens bounds the tokens of one person that hold.
const mostTokens = 50

// Token is a token by which a program acts for somebody.
type Token = store.Token

// NewAPIToken says what a token is for.
type NewAPIToken struct {
	Name    string
	Scopes  []access.Permission
	Expires time.Time // zero for never
}

// Tokens lists the API tokens of the actor, the oldest first, with those that were revoked.
func (a *App) Tokens(ctx context.Context, actor access.Actor) (tokens []*Token, err error) {
	err = a.read(ctx, actor, access.OwnProfile, func(tx *store.Tx) error {
		tokens, err = tx.Tokens(actor.ID)
		return err
	})
	return tokens, err
}

// CreateToken makes an API token, which is shown this once: only its hash is kept. It may do
// what both its scopes and the role of its person permit, and for their clients.
func (a *App) CreateToken(ctx context.Context, actor access.Actor, n NewAPIToken) (id string, token person.Secret, err error) {
	name, err := person.Name(n.Name)
	if err != nil {
		return "", "", err
	}
	if err := actor.MayHandOut(n.Scopes); err != nil {
		return "", "", err
	}
	err = a.write(ctx, actor, access.OwnProfile, func(tx *store.Tx) error {
		if !n.Expires.IsZero() && !n.Expires.After(tx.Now) {
			return fault.New(fault.Invalid, CodeTokenPast, "expires", n.Expires)
		}
		if err := roomForToken(tx, actor.ID); err != nil {
			return err
		}
		token = newToken(person.APIToken)
		hash, _ := person.APIToken.Hash(token)
		kept := &store.Token{Person: actor.ID, Name: name, Scopes: n.Scopes, Expires: n.Expires}
		if err := tx.AddToken(kept, hash); err != nil {
			return err
		}
		id = kept.ID
		scopes := make([]string, len(n.Scopes))
		for i, s := range n.Scopes {
			scopes[i] = string(s)
		}
		return tx.Audit(actor.ID, actor.ID, reason.New(CodeAuditTokenMade, "token", id, "scopes", strings.Join(scopes, ", ")))
	})
	return id, token, err
}

func roomForToken(tx *store.Tx, of string) error {
	all, err := tx.Tokens(of)
	held := 0
	for _, t := range all {
		if holds(t, tx.Now) {
			held++
		}
	}
	if err == nil && held >= mostTokens {
		err = fault.New(fault.Invalid, CodeTokensMany, "most", mostTokens)
	}
	return err
}

// holds tells whether a token opens anything.
func holds(t *Token, now time.Time) bool {
	return t.Revoked.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires))
}

// RevokeToken ends a token of the actor at once. store.CodeTokenUnknown says that they have
// none such.
func (a *App) RevokeToken(ctx context.Context, actor access.Actor, id string) error {
	return a.write(ctx, actor, access.OwnProfile, func(tx *store.Tx) error {
		if err := tx.RevokeToken(actor.ID, id); err != nil {
			return err
		}
		return tx.Audit(actor.ID, actor.ID, reason.New(CodeAuditTokenEnded, "token", id))
	})
}

// ActorOfToken tells for whom an API token acts, as they are now, narrowed to what the token
// was made for. CodeTokenNoGood says that it does not hold.
func (a *App) ActorOfToken(ctx context.Context, token person.Secret) (SignedIn, error) {
	noGood := fault.New(fault.SignedOut, CodeTokenNoGood)
	hash, ok := person.APIToken.Hash(token)
	if !ok {
		return SignedIn{}, noGood
	}
	var who SignedIn
	stale := ""
	err := a.read(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		stale = ""
		t, err := tx.TokenByHash(hash)
		switch {
		case isFault(err, store.CodeTokenUnknown):
			return noGood
		case err != nil:
			return err
		case !holds(t, tx.Now):
			return noGood
		}
		p, err := tx.Person(t.Person)
		if err == nil && !p.Active {
			err = noGood
		}
		if err != nil {
			return err
		}
		who = SignedIn{Actor: p.Actor().Narrow(t.Scopes...), Person: *p, Token: t.ID}
		if tx.Now.Sub(t.Used) >= person.SeenEvery {
			stale = t.ID
		}
		return nil
	})
	if err != nil {
		return SignedIn{}, err
	}
	if stale != "" {
		// As with sessions: a full disk must not keep programs from reading.
		_ = a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error { return tx.SawToken(stale) })
	}
	return who, nil
}
