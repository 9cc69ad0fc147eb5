package app

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// outgoing lists what is in the outbox.
func outgoing(tx *store.Tx) ([]store.Item, error) { return tx.Items("", 100) }

// letters lists the kinds of letter that wait for somebody, by name.
func (d *door) letters(to string) (kinds []notice.Kind) {
	d.t.Helper()
	d.must(d.store.View(d.t.Context(), access.Everything(), func(tx *store.Tx) error {
		kinds = nil
		all, err := outgoing(tx)
		for _, o := range all {
			if o.Recipient == to {
				kinds = append(kinds, o.Kind)
			}
		}
		return err
	}))
	slices.Sort(kinds)
	return kinds
}

// handOver makes the link of the last letter of a kind to somebody, as its delivery does.
func (d *door) handOver(to string, kind notice.Kind) (token person.Secret, err error) {
	d.t.Helper()
	err = d.store.Update(d.t.Context(), access.Everything(), func(tx *store.Tx) error {
		all, err := outgoing(tx)
		if err != nil {
			return err
		}
		p, err := tx.Person(to)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Recipient == to && o.Kind == kind {
				path, err := letterLink(tx, kind, p, o.Expires)
				token = path[strings.LastIndex(string(path), "/")+1:]
				return err
			}
		}
		return fmt.Errorf("no %s waits", kind)
	})
	return token, err
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		t := d.t
		id, err := d.Invite(t.Context(), d.admin.Actor, Invitation{
			Email: "Ida@Anker.test", Name: "I. de Wit", Client: d.a, Language: "nl", Zone: "Europe/Amsterdam",
			Position: Position{Role: access.ClientLead},
		})
		d.must(err)
		first, err := d.handOver(id, notice.Invitation)
		d.must(err)
		second, err := d.handOver(id, notice.Invitation) // the first attempt may not have arrived
		d.must(err)
		if p, err := d.Invited(t.Context(), first); err != nil || p.Email != "ida@anker.test" {
			t.Errorf("invited %+v, %v", p, err)
		}
		_, err = d.AcceptInvitation(t.Context(), first, "Ida", "short")
		d.wants(err, person.CodePasswordShort)
		_, err = d.AcceptInvitation(t.Context(), first, " \u200b", good)
		d.wants(err, person.CodeNameMissing)
		d.wants(d.ResetPassword(t.Context(), first, good), CodeLinkDead) // another purpose
		p, err := d.AcceptInvitation(t.Context(), first, " Ida  de Wit", good)
		d.must(err)
		if p.ID != id || p.Name != "Ida de Wit" || !p.Accepted {
			t.Errorf("accepted as %+v", p)
		}
		for _, used := range []person.Secret{first, second} {
			_, err = d.AcceptInvitation(t.Context(), used, "Eve", better)
			d.wants(err, CodeLinkDead)
		}
		_, err = d.handOver(id, notice.Invitation)
		d.wants(err, CodeLinkDead)
		who := d.enter("ida@anker.test", good)
		if who.Actor.Role != access.ClientLead || !who.Actor.Scope.Has(d.a) || who.Actor.Scope.Has(d.b) || who.Person.Language != "nl" {
			t.Errorf("signed in as %+v", who)
		}
		d.wants(d.InviteAgain(t.Context(), d.admin.Actor, id), CodeAlreadyAccepted)
	})
}

func TestInvitationRunsOut(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	id, err := d.Invite(t.Context(), d.admin.Actor, Invitation{Email: "noor@desk.test", Name: "Noor", Position: Position{Role: access.Agent}})
	d.must(err)
	old, err := d.handOver(id, notice.Invitation)
	d.must(err)
	d.now = d.now.Add(person.InviteLength)
	_, err = d.AcceptInvitation(t.Context(), old, "Noor", good)
	d.wants(err, CodeLinkDead)
	d.must(d.InviteAgain(t.Context(), d.admin.Actor, id))
	fresh, err := d.handOver(id, notice.Invitation)
	d.must(err)
	d.now = d.now.Add(time.Minute)
	d.must(d.InviteAgain(t.Context(), d.admin.Actor, id))
	_, err = d.AcceptInvitation(t.Context(), fresh, "Noor", good)
	d.wants(err, CodeLinkDead) // another one was asked for since
	d.must(d.Deactivate(t.Context(), d.admin.Actor, id))
	_, err = d.handOver(id, notice.Invitation)
	d.wants(err, CodeLinkDead)
}

func TestInvitationsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	manager := d.person("manager@desk.test", Invitation{Position: Position{Role: access.Manager, Clients: []string{d.a}}})
	agent := d.agent("agent@desk.test")
	as := func(id string) access.Actor {
		var p *person.Person
		d.must(d.store.View(t.Context(), access.Everything(), func(tx *store.Tx) (err error) { p, err = tx.Person(id); return err }))
		return p.Actor()
	}
	for name, c := range map[string]struct {
		by   access.Actor
		i    Invitation
		want reason.Code
	}{
		"by an agent":       {as(agent), Invitation{Position: Position{Role: access.Agent}}, access.CodeDenied},
		"an admin":          {as(manager), Invitation{Position: Position{Role: access.Admin}}, access.CodeGrantsMore},
		"all clients":       {as(manager), Invitation{Position: Position{Role: access.Agent, Everything: true}}, access.CodeGrantsClient},
		"another client":    {as(manager), Invitation{Position: Position{Role: access.Agent, Clients: []string{d.b}}}, store.CodeClientUnknown},
		"of another client": {as(manager), Invitation{Client: d.b, Position: Position{Role: access.Requester}}, store.CodeClientUnknown},
		"no such client":    {d.admin.Actor, Invitation{Client: "none", Position: Position{Role: access.Requester}}, store.CodeClientUnknown},
		"no such team":      {d.admin.Actor, Invitation{Position: Position{Role: access.Agent, Team: "none"}}, store.CodeTeamUnknown},
		"no such role":      {d.admin.Actor, Invitation{Position: Position{Role: "god"}}, access.CodeRoleUnknown},
		"the program":       {d.admin.Actor, Invitation{Position: Position{Role: access.Worker}}, access.CodeRoleUnknown},
		"client with a desk role": {
			d.admin.Actor, Invitation{Client: d.a, Position: Position{Role: access.Agent}}, person.CodeWrongSide,
		},
		"taken":     {d.admin.Actor, Invitation{Email: "AGENT@desk.test", Position: Position{Role: access.Agent}}, store.CodeEmailExists},
		"no zone":   {d.admin.Actor, Invitation{Zone: "Mars/North", Position: Position{Role: access.Agent}}, "calendar.zone_unknown"},
		"no letter": {d.admin.Actor, Invitation{Email: "x@y\r\nBcc: z@y", Position: Position{Role: access.Agent}}, person.CodeEmailInvalid},
	} {
		if c.i.Email == "" {
			c.i.Email = "new@desk.test"
		}
		c.i.Name = "New"
		_, err := d.Invite(t.Context(), c.by, c.i)
		if f := fault.All(err); len(f) != 1 || f[0].Code != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	d.must(d.store.View(t.Context(), access.Everything(), func(tx *store.Tx) error {
		if _, err := tx.PersonByEmail("new@desk.test"); !isFault(err, store.CodePersonUnknown) {
			t.Errorf("a refused invitation left somebody behind: %v", err)
		}
		return nil
	}))
}

func TestSetUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		now := monday
		s.Now = func() time.Time { return now }
		a := &App{store: s, hasher: hasher{cost: cheap}}
		first := FirstPerson{Email: adminEmail, Name: "Ann", Password: good}
		wants := func(err error, code reason.Code) {
			t.Helper()
			if !isFault(err, code) {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		if needs, err := a.NeedsSetUp(t.Context()); !needs || err != nil {
			t.Fatalf("needs set-up: %v, %v", needs, err)
		}
		for _, token := range []person.Secret{"", newToken(person.LinkToken)} {
			_, err := a.SetUp(t.Context(), token, first)
			wants(err, CodeLinkDead)
		}
		old, err := a.SetUpToken(t.Context(), operator)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(person.SetUpLength)
		_, err = a.SetUp(t.Context(), old, first)
		wants(err, CodeLinkDead)
		_, err = a.SetUpToken(t.Context(), agent)
		wants(err, access.CodeDenied)
		// Two at one time, each with a good token: one of them does it.
		var done sync.WaitGroup
		errs, tokens := make([]error, 2), make([]person.Secret, 2)
		for i := range tokens {
			if tokens[i], err = a.SetUpToken(t.Context(), operator); err != nil {
				t.Fatal(err)
			}
		}
		for i, email := range []string{adminEmail, "eve@desk.test"} {
			done.Go(func() {
				_, errs[i] = a.SetUp(t.Context(), tokens[i], FirstPerson{Email: email, Name: "First", Password: good})
			})
		}
		done.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("set up with %v and %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wants(err, CodeAlreadySetUp)
			}
		}
		_, err = a.SetUpToken(t.Context(), operator)
		wants(err, CodeAlreadySetUp)
		if needs, err := a.NeedsSetUp(t.Context()); needs || err != nil {
			t.Errorf("needs set-up: %v, %v", needs, err)
		}
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		t := d.t
		id := d.agent("noor@desk.test")
		begun, err := d.signIn("noor@desk.test", good)
		d.must(err)
		_, token, err := d.CreateToken(t.Context(), d.actor(begun.Token).Actor, NewAPIToken{Name: "build", Scopes: []access.Permission{access.ReadTickets}})
		d.must(err)
		d.must(d.RequestReset(t.Context(), "noor@desk.test", here))
		link, err := d.handOver(id, notice.Reset)
		d.must(err)
		other, err := d.handOver(id, notice.Reset)
		d.must(err)
		_, err = d.AcceptInvitation(t.Context(), link, "Eve", better)
		d.wants(err, CodeLinkDead)
		d.wants(d.ResetPassword(t.Context(), link, "noor@desk.test"), person.CodePasswordNamed)
		d.must(d.ResetPassword(t.Context(), link, better))
		for _, used := range []person.Secret{link, other} {
			d.wants(d.ResetPassword(t.Context(), used, good), CodeLinkDead)
		}
		_, err = d.ActorOf(t.Context(), begun.Token)
		d.wants(err, CodeSignedOut)
		_, err = d.ActorOfToken(t.Context(), token)
		d.wants(err, CodeTokenNoGood)
		_, err = d.signIn("noor@desk.test", good)
		d.wants(err, CodeSignInRefused)
		// Nothing is known of the browser any more, so that signing in is told.
		_, err = d.SignIn(t.Context(), Credentials{Email: "noor@desk.test", Password: better, Device: begun.Device, From: here})
		d.must(err)
		want := []notice.Kind{notice.NewSignIn, notice.PasswordChanged, notice.Reset}
		if got := d.letters(id); !slices.Equal(got, want) {
			t.Errorf("letters %v, want %v", got, want)
		}
		d.now = d.now.Add(time.Hour)
		d.must(d.RequestReset(t.Context(), "noor@desk.test", here))
		d.now = d.now.Add(person.ResetLength)
		_, err = d.handOver(id, notice.Reset)
		d.wants(err, CodeLinkDead) // too late to be of use
	})
}

// TestResetTellsNothing holds that the answer is the same for who is not there, and that
// nothing stays behind of it.
func TestResetTellsNothing(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	gone := d.agent("gone@desk.test")
	d.must(d.Deactivate(t.Context(), d.admin.Actor, gone))
	invited, err := d.Invite(t.Context(), d.admin.Actor, Invitation{Email: "new@desk.test", Name: "New", Position: Position{Role: access.Agent}})
	d.must(err)
	for _, email := range []string{"nobody@desk.test", "gone@desk.test", "new@desk.test", "", "no address"} {
		d.must(d.RequestReset(t.Context(), email, here))
	}
	if got := append(d.letters(gone), d.letters(invited)...); len(got) != 1 || got[0] != notice.Invitation {
		t.Errorf("letters %v", got)
	}
	// Too many in one name, known or not, are slowed down alike.
	for _, email := range []string{adminEmail, "nobody@desk.test"} {
		var err error
		for range 4 {
			err = d.RequestReset(t.Context(), email, From{Address: "198.51.100." + string('1'+rune(len(email)%9))})
		}
		f := fault.All(err)
		if len(f) != 1 || f[0].Code != CodeTooOften || f[0].Kind != fault.TooMany {
			t.Errorf("%s: got %v", email, err)
		}
	}
}

func TestRecoveryOnTheMachine(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	second := d.person("bo@desk.test", Invitation{Position: Position{Role: access.Admin, Everything: true}})
	_, err := d.Recover(t.Context(), d.admin.Actor, adminEmail)
	d.wants(err, access.CodeDenied)
	_, err = d.Recover(t.Context(), operator, "nobody@desk.test")
	d.wants(err, store.CodePersonUnknown)
	link, err := d.Recover(t.Context(), operator, adminEmail)
	d.must(err)
	d.now = d.now.Add(time.Minute)
	d.must(d.ResetPassword(t.Context(), link, better))
	d.enter(adminEmail, better)
	if got := d.letters(second); len(got) != 1 || got[0] != notice.Recovered {
		t.Errorf("the other admin was told %v", got)
	}
	lines, err := d.Audit(t.Context(), operator, d.admin.Actor.ID, "", 10)
	if err != nil || len(lines) < 2 || lines[0].What.Code != CodeAuditReset || lines[1].What.Code != CodeAuditRecovered || lines[1].Actor != operator.ID {
		t.Errorf("the audit says %+v, %v", lines, err)
	}
}
