package app

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of signing in.
const (
	CodeSignInRefused reason.Code = "session.refused"   // whatever was wrong
	CodeSignedOut     reason.Code = "session.ended"     // no session, or one that has ended
	CodeTooOften      reason.Code = "session.too_often" // wait
	CodeBusySigningIn reason.Code = "session.busy"      //
)

// Session is a browser in which somebody is signed in.
type Session = store.Session

// visitor is somebody who has not signed in.
var visitor = access.Actor{Role: access.Visitor}

// From is where a request comes from.
type From struct {
	Address string // IP address, "" for unknown
	Agent   string // what the browser says it is
}

// Credentials are what somebody signs in with.
type Credentials struct {
	Email    string
	Password person.Secret
	Device   person.Secret // the token that this browser got when somebody first signed in with it, "" for none
	From     From
}

// NewSession is a session that has just begun.
type NewSession struct {
	Token   person.Secret // for the cookie of the session; it is not kept here, and never given again
	Expires time.Time     // at the latest
	Device  person.Secret // for a cookie that outlives the session, so that this browser is known next time
	Person  person.Person
}

// SignIn begins a session. CodeSignInRefused says that it was refused, and not why: an
// account that does not exist, one that may not sign in, and a wrong password are the same to
// who asks, and take the same work. CodeTooOften tells how long to wait.
func (a *App) SignIn(ctx context.Context, c Credentials) (NewSession, error) {
	known, err := a.lookUp(ctx, c.Email, c.Device)
	if err != nil {
		return NewSession{}, err
	}
	back, err := a.throttle.admit(known.now, "sign-in", signInBudgets, known.attempt(c.From))
	if err != nil {
		return NewSession{}, err
	}
	right, err := a.hasher.matches(ctx, c.Password, known.hash)
	switch {
	case err != nil:
		return NewSession{}, err
	case !right || !known.active:
		return NewSession{}, fault.New(fault.SignedOut, CodeSignInRefused)
	}
	var begun NewSession
	err = a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		p, err := unchanged(tx, known)
		if err != nil {
			return err
		}
		if err := sweep(tx); err != nil {
			return err
		}
		device := c.Device
		if known.device == "" {
			device = newToken(person.DeviceToken) // one that somebody else may have put there is worth nothing
		}
		begun, err = beginSession(tx, p, device, c.From)
		if err != nil {
			return err
		}
		if known.device == "" && !p.Seen.IsZero() {
			if err := enqueueMail(tx, p, mail{kind: notice.NewSignIn}); err != nil {
				return err
			}
		}
		return tx.SawPerson(p.ID)
	})
	if err != nil {
		return NewSession{}, err
	}
	back()
	return begun, nil
}

// knownAs is what is kept about somebody who wants to get in.
type knownAs struct {
	now    time.Time
	email  string // folded, or as it was typed where that is no address
	id     string // "" for nobody
	name   string
	hash   string // "" for nobody, and for who has no password yet
	active bool
	device string // hash of the browser's token when they have signed in with it before
}

func (k *knownAs) attempt(from From) attempt {
	return attempt{account: k.email, address: from.Address, device: k.device}
}

// lookUp finds somebody by what they typed. Nobody is no fault here.
func (a *App) lookUp(ctx context.Context, typed string, device person.Secret) (k knownAs, err error) {
	email, wrong := person.Email(typed)
	if wrong != nil {
		email = text.Cut(strings.ToLower(text.Line(typed)), 254)
	}
	err = a.read(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		k = knownAs{now: tx.Now, email: email}
		p, err := tx.PersonByEmail(email)
		switch {
		case isFault(err, store.CodePersonUnknown):
			return nil
		case err != nil:
			return err
		}
		k.id, k.name, k.active = p.ID, p.Name, p.Active
		if k.hash, err = tx.PasswordHash(p.ID); err != nil {
			return err
		}
		hash := hashOf(device)
		known, err := tx.DeviceKnown(p.ID, hash, tx.Now.Add(-person.DeviceLength))
		if known && hash != "" {
			k.device = hash
		}
		return err
	})
	return k, err
}

// unchanged finds who was looked up before their password was checked, which takes a while
// and no transaction waits for it. Who was changed meanwhile is refused.
func unchanged(tx *store.Tx, k knownAs) (*person.Person, error) {
	refused := fault.New(fault.SignedOut, CodeSignInRefused)
	p, err := tx.Person(k.id)
	if err != nil {
		return nil, err
	}
	hash, err := tx.PasswordHash(k.id)
	if err == nil && (hash != k.hash || !p.Active) {
		err = refused
	}
	return p, err
}

// beginSession begins a session with a token of its own, which nobody knew before, and
// remembers the browser by its token, "" for one that stays unknown.
func beginSession(tx *store.Tx, p *person.Person, device person.Secret, from From) (NewSession, error) {
	begun := NewSession{Token: newToken(person.SessionToken), Expires: tx.Now.Add(person.SessionLength), Device: device, Person: *p}
	hash, _ := person.SessionToken.Hash(begun.Token)
	s := &store.Session{
		Person: p.ID, Expires: begun.Expires, Agent: agentWord(from.Agent),
		Address: text.Cut(text.Line(from.Address), 45),
	}
	if err := tx.AddSession(s, hash); err != nil {
		return NewSession{}, err
	}
	hash = hashOf(device)
	if hash == "" {
		return begun, nil
	}
	return begun, tx.KnowDevice(p.ID, hash)
}

// newToken makes a token of 256 bits of chance.
func newToken(k person.TokenKind) person.Secret {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails: the program would have ended
	return k.Token(random)
}

// agentWord is what a browser says it is, as far as it is kept.
func agentWord(agent string) string { return text.Cut(text.Line(agent), 200) }

// sweep removes what nobody can use any more.
func sweep(tx *store.Tx) error {
	return tx.SweepAccess(tx.Now.Add(-person.SessionIdle), tx.Now.Add(-person.DeviceLength))
}

// SignedIn is who a request comes from.
type SignedIn struct {
	Actor   access.Actor
	Person  person.Person
	Session string // id of the session, "" for an API token
	Token   string // id of the API token, "" for a session
}

// ActorOf tells who a session token is of, as they are now: somebody who was changed or
// whose access has ended is so at once. CodeSignedOut says that there is no such session, or that it
// has ended: after 12 hours in which nobody used it, or after 7 days.
func (a *App) ActorOf(ctx context.Context, token person.Secret) (SignedIn, error) {
	who, stale, err := a.session(ctx, token)
	if err == nil && stale != nil {
		// A full disk must not keep people from reading: the session seems idle for longer then.
		_ = a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error { return tx.SawSession(stale) })
	}
	return who, err
}

// StillSignedIn is ActorOf for what a page does by itself while nobody uses it: it does not
// keep the session from ending.
func (a *App) StillSignedIn(ctx context.Context, token person.Secret) (SignedIn, error) {
	who, _, err := a.session(ctx, token)
	return who, err
}

// session finds the session of a token; stale is one whose use was noted a while ago, else nil.
func (a *App) session(ctx context.Context, token person.Secret) (who SignedIn, stale *store.Session, err error) {
	hash, ok := person.SessionToken.Hash(token)
	if !ok {
		return SignedIn{}, nil, fault.New(fault.SignedOut, CodeSignedOut)
	}
	err = a.read(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		stale = nil
		s, p, err := tx.SessionByHash(hash)
		switch {
		case isFault(err, store.CodeSessionUnknown):
			return fault.New(fault.SignedOut, CodeSignedOut)
		case err != nil:
			return err
		case !p.Active || !person.Live(tx.Now, s.Seen, s.Expires):
			return fault.New(fault.SignedOut, CodeSignedOut)
		}
		who = SignedIn{Actor: p.Actor(), Person: *p, Session: s.ID}
		if tx.Now.Sub(s.Seen) >= person.SeenEvery {
			stale = s
		}
		return nil
	})
	if err != nil {
		return SignedIn{}, nil, err
	}
	return who, stale, nil
}

// SignOut ends the session of a token, if there is one.
func (a *App) SignOut(ctx context.Context, token person.Secret) error {
	hash, ok := person.SessionToken.Hash(token)
	if !ok {
		return nil
	}
	return a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		s, p, err := tx.SessionByHash(hash)
		if err == nil {
			err = tx.EndSession(p.ID, s.ID)
		}
		if isFault(err, store.CodeSessionUnknown) {
			return nil
		}
		return err
	})
}

// Sessions lists where an actor is signed in, the oldest first.
func (a *App) Sessions(ctx context.Context, actor access.Actor) (list []*Session, err error) {
	err = a.read(ctx, actor, access.OwnProfile, func(tx *store.Tx) error {
		list = nil
		all, err := tx.Sessions(actor.ID)
		for _, s := range all {
			if person.Live(tx.Now, s.Seen, s.Expires) {
				list = append(list, s)
			}
		}
		return err
	})
	return list, err
}

// EndSession ends a session of the actor. store.CodeSessionUnknown says that they have none such.
func (a *App) EndSession(ctx context.Context, actor access.Actor, id string) error {
	return a.write(ctx, actor, access.OwnProfile, func(tx *store.Tx) error { return tx.EndSession(actor.ID, id) })
}

// EndOtherSessions ends all sessions of the actor but the one that asks.
func (a *App) EndOtherSessions(ctx context.Context, who SignedIn) error {
	return a.write(ctx, who.Actor, access.OwnProfile, func(tx *store.Tx) error {
		_, err := tx.EndSessions(who.Actor.ID, who.Session)
		return err
	})
}
