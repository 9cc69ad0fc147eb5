package app

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// door is a desk with an admin, for tests of who gets in. Its time is moved by the test.
type door struct {
	*App
	t     *testing.T
	now   time.Time
	admin SignedIn
	a, b  string // ids of clients
}

const (
	adminEmail               = "ann@desk.test"
	good       person.Secret = "plum tart on the porch"
	better     person.Secret = "seven herons by the weir"
)

var here = From{Address: "192.0.2.7", Agent: "Firefox"}

// cheap is a cost of hashing for tests, which hash often.
var cheap = hashCost{memory: 8, rounds: 1, threads: 1}

func newDoor(t *testing.T, s *store.Store) *door {
	t.Helper()
	d := &door{App: &App{store: s, hasher: hasher{cost: cheap}}, t: t, now: monday}
	s.Now = func() time.Time { return d.now }
	token, err := d.SetUpToken(t.Context(), operator)
	if err == nil {
		_, err = d.SetUp(t.Context(), token, FirstPerson{Email: adminEmail, Name: "Ann", Password: good})
	}
	if err != nil {
		t.Fatal(err)
	}
	d.admin = d.enter(adminEmail, good)
	for name, id := range map[string]*string{"Anker": &d.a, "Boei": &d.b} {
		if *id, err = d.CreateClient(t.Context(), d.admin.Actor, name); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func onEachDoor(t *testing.T, test func(d *door)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		test(newDoor(t, s))
	})
}

func (d *door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// wants holds the code of an error.
func (d *door) wants(err error, code reason.Code) {
	d.t.Helper()
	if !isFault(err, code) {
		d.t.Errorf("got %v, want %s", err, code)
	}
}

// signIn begins a session from here.
func (d *door) signIn(email string, password person.Secret) (NewSession, error) {
	d.t.Helper()
	return d.SignIn(d.t.Context(), Credentials{Email: email, Password: password, From: here})
}

// enter signs somebody in who can.
func (d *door) enter(email string, password person.Secret) SignedIn {
	d.t.Helper()
	begun, err := d.signIn(email, password)
	d.must(err)
	return d.actor(begun.Token)
}

func (d *door) actor(token person.Secret) SignedIn {
	d.t.Helper()
	who, err := d.ActorOf(d.t.Context(), token)
	d.must(err)
	return who
}

// person takes somebody in who accepts at once.
func (d *door) person(email string, i Invitation) string {
	d.t.Helper()
	i.Email, i.Name = email, "Somebody"
	id, link, err := d.AddPersonHere(d.t.Context(), operator, i)
	d.must(err)
	_, err = d.AcceptInvitation(d.t.Context(), link, "Noor", good)
	d.must(err)
	return id
}

// agent takes in an agent of one client.
func (d *door) agent(email string) string {
	d.t.Helper()
	return d.person(email, Invitation{Position: Position{Role: access.Agent, Clients: []string{d.a}}})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		id := d.agent("noor@desk.test")
		begun, err := d.signIn(" NOOR@Desk.test ", good)
		d.must(err)
		who := d.actor(begun.Token)
		if who.Actor.ID != id || who.Actor.Role != access.Agent || !who.Actor.Scope.Has(d.a) || who.Actor.Scope.Has(d.b) ||
			who.Person.Name != "Noor" || who.Session == "" || who.Actor.Token() {
			d.t.Errorf("signed in as %+v", who)
		}
		sessions, err := d.Sessions(d.t.Context(), who.Actor)
		if err != nil || len(sessions) != 1 || sessions[0].Address != here.Address || sessions[0].Agent != here.Agent ||
			!begun.Expires.Equal(d.now.Add(person.SessionLength)) {
			d.t.Errorf("sessions %+v, %v", sessions, err)
		}
		d.must(d.SignOut(d.t.Context(), begun.Token))
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		d.must(d.SignOut(d.t.Context(), begun.Token))
		d.must(d.SignOut(d.t.Context(), ""))
	})
}

// TestStrangersLearnNothing holds that an account that is not there, one that may not sign
// in, one that was never accepted and a wrong password are the same: fault and work.
func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	gone := d.agent("gone@desk.test")
	d.must(d.Deactivate(t.Context(), d.admin.Actor, gone))
	_, _, err := d.AddPersonHere(t.Context(), operator, Invitation{
		Email: "new@desk.test", Name: "New", Position: Position{Role: access.Agent},
	})
	d.must(err)
	for name, c := range map[string]struct {
		email    string
		password person.Secret
	}{
		"wrong password":              {adminEmail, better},
		"no password":                 {adminEmail, ""},
		"nobody":                      {"nobody@desk.test", good},
		"no address":                  {"' OR 1=1 --", good},
		"nothing":                     {"", ""},
		"ended":                       {"gone@desk.test", good},
		"not accepted":                {"new@desk.test", good},
		"no password yet, none given": {"new@desk.test", ""},
	} {
		before := d.hasher.done.Load()
		_, err := d.signIn(c.email, c.password)
		if hashes := d.hasher.done.Load() - before; hashes != 1 {
			t.Errorf("%s: %d hashes were made", name, hashes)
		}
		f := fault.All(err)
		if len(f) != 1 || f[0].Code != CodeSignInRefused || f[0].Kind != fault.SignedOut || len(f[0].Args) > 0 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestTokensThatAreNone(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	api, err := d.signIn(adminEmail, good)
	d.must(err)
	for _, token := range []person.Secret{"", "wbs_", "NULL", "0", newToken(person.SessionToken), api.Device, api.Token + " ", "wba_" + api.Token[4:]} {
		_, err := d.ActorOf(t.Context(), token)
		d.wants(err, CodeSignedOut)
		_, err = d.ActorOfToken(t.Context(), token)
		d.wants(err, CodeTokenNoGood)
		_, err = d.Invited(t.Context(), token)
		d.wants(err, CodeLinkDead)
		d.wants(d.ResetPassword(t.Context(), token, better), CodeLinkDead)
		_, err = d.AcceptInvitation(t.Context(), token, "Eve", better)
		d.wants(err, CodeLinkDead)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		began := d.now
		begun, err := d.signIn(adminEmail, good)
		d.must(err)
		for d.now = began; d.now.Before(began.Add(person.SessionLength)); d.now = d.now.Add(11 * time.Hour) {
			d.actor(begun.Token) // in use all the time
		}
		d.now = began.Add(person.SessionLength)
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)

		begun, err = d.signIn(adminEmail, good)
		d.must(err)
		d.now = d.now.Add(person.SessionIdle)
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		if list, err := d.Sessions(d.t.Context(), d.admin.Actor); err != nil || len(list) != 0 {
			d.t.Errorf("sessions that have ended are listed: %+v, %v", list, err)
		}
	})
}

func TestSessionsThatOneEnds(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	d.agent("noor@desk.test")
	first, second := d.enter("noor@desk.test", good), d.enter("noor@desk.test", good)
	third, err := d.signIn("noor@desk.test", good)
	d.must(err)
	d.wants(d.EndSession(t.Context(), d.admin.Actor, first.Session), store.CodeSessionUnknown)
	d.must(d.EndSession(t.Context(), second.Actor, first.Session))
	d.must(d.EndOtherSessions(t.Context(), second))
	_, err = d.ActorOf(t.Context(), third.Token)
	d.wants(err, CodeSignedOut)
	left, err := d.Sessions(t.Context(), second.Actor)
	if err != nil || len(left) != 1 || left[0].ID != second.Session {
		t.Errorf("left %+v, %v", left, err)
	}
	d.actor(mustToken(t, d)) // the admin's sessions go on
}

func mustToken(t *testing.T, d *door) person.Secret {
	t.Helper()
	begun, err := d.signIn(adminEmail, good)
	d.must(err)
	return begun.Token
}

// TestNoTokenIsUsedTwice holds that what a browser brought along is never what it gets.
func TestNoTokenIsUsedTwice(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	planted := newToken(person.DeviceToken)
	begun, err := d.SignIn(t.Context(), Credentials{Email: adminEmail, Password: good, Device: planted, From: here})
	d.must(err)
	if begun.Device == planted || hashOf(begun.Device) == "" {
		t.Error("a device token that somebody planted was taken over")
	}
	again, err := d.SignIn(t.Context(), Credentials{Email: adminEmail, Password: good, Device: begun.Device, From: here})
	d.must(err)
	if again.Device != begun.Device || again.Token == begun.Token {
		t.Error("a known browser stays known, with a session token of its own")
	}
	who := d.actor(again.Token)
	changed, err := d.ChangePassword(t.Context(), who, good, better, here)
	d.must(err)
	if changed.Token == again.Token || changed.Token == begun.Token {
		t.Error("a session kept its token over a change of the password")
	}
	for _, old := range []person.Secret{begun.Token, again.Token} {
		_, err := d.ActorOf(t.Context(), old)
		d.wants(err, CodeSignedOut)
	}
	if now := d.actor(changed.Token); now.Actor.ID != who.Actor.ID || now.Session == who.Session {
		t.Errorf("signed in as %+v", now)
	}
}

func TestRightsAreThoseOfNow(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		id := d.agent("noor@desk.test")
		begun, err := d.signIn("noor@desk.test", good)
		d.must(err)
		_, token, err := d.CreateToken(d.t.Context(), d.actor(begun.Token).Actor, NewAPIToken{Name: "x", Scopes: []access.Permission{access.ReadTickets}})
		d.must(err)
		// Another client: seen by the next request, in the same session.
		d.must(d.ChangePerson(d.t.Context(), d.admin.Actor, id, Position{Role: access.Agent, Clients: []string{d.b}}))
		if who := d.actor(begun.Token); who.Actor.Scope.Has(d.a) || !who.Actor.Scope.Has(d.b) {
			d.t.Errorf("scope %+v", who.Actor.Scope)
		}
		who, err := d.ActorOfToken(d.t.Context(), token)
		if err != nil || who.Actor.Scope.Has(d.a) || !who.Actor.Scope.Has(d.b) {
			d.t.Errorf("token as %+v, %v", who, err)
		}
		// Another role: a session of its own.
		d.must(d.ChangePerson(d.t.Context(), d.admin.Actor, id, Position{Role: access.Auditor, Clients: []string{d.b}}))
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		// The end: of sessions, tokens and links.
		begun, err = d.signIn("noor@desk.test", good)
		d.must(err)
		link, err := d.Recover(d.t.Context(), operator, "noor@desk.test")
		d.must(err)
		d.must(d.Deactivate(d.t.Context(), d.admin.Actor, id))
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		_, err = d.ActorOfToken(d.t.Context(), token)
		d.wants(err, CodeTokenNoGood)
		d.wants(d.ResetPassword(d.t.Context(), link, better), CodeLinkDead)
		_, err = d.Recover(d.t.Context(), operator, "noor@desk.test")
		d.wants(err, CodeAccessEnded)
		d.must(d.Reactivate(d.t.Context(), d.admin.Actor, id))
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		d.enter("noor@desk.test", good)
		_, err = d.ActorOfToken(d.t.Context(), token)
		d.wants(err, CodeTokenNoGood)
		// Whoever ends an access in another way has ended it too.
		begun, err = d.signIn("noor@desk.test", good)
		d.must(err)
		d.must(d.store.Update(d.t.Context(), access.Everything(), func(tx *store.Tx) error {
			p, err := tx.Person(id)
			if err != nil {
				return err
			}
			p.Active = false
			return tx.PutPerson(p)
		}))
		_, err = d.ActorOf(d.t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
	})
}

// TestWhoChangedMeanwhileIsRefused changes somebody between the look at their password and
// the session that it begins.
func TestWhoChangedMeanwhileIsRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	id := d.agent("noor@desk.test")
	look := func() knownAs {
		known, err := d.lookUp(t.Context(), "noor@desk.test", "")
		d.must(err)
		return known
	}
	stillGood := func(k knownAs) error {
		return d.store.View(t.Context(), access.Everything(), func(tx *store.Tx) error { _, err := unchanged(tx, k); return err })
	}
	before := look()
	d.must(stillGood(before))
	_, err := d.ChangePassword(t.Context(), d.enter("noor@desk.test", good), good, better, here)
	d.must(err)
	d.wants(stillGood(before), CodeSignInRefused)
	before = look()
	d.must(d.Deactivate(t.Context(), d.admin.Actor, id))
	d.wants(stillGood(before), CodeSignInRefused)
}
