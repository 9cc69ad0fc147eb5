package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
)

func (d *desk) addSession(p *person.Person, hash string) *store.Session {
	d.t.Helper()
	s := &store.Session{Person: p.ID, Expires: nine.Add(time.Hour), Address: "192.0.2.7", Agent: "Firefox"}
	d.update(func(tx *store.Tx) error { return tx.AddSession(s, hash) })
	return s
}

func TestSessions(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		noor, ida := d.addPerson("noor@desk.test"), d.addPerson("ida@desk.test")
		first := d.addSession(noor, "h1")
		d.Now = func() time.Time { return nine.Add(time.Millisecond) }
		second, other := d.addSession(noor, "h2"), d.addSession(ida, "h3")
		d.Now = func() time.Time { return nine.Add(10 * time.Minute) }
		d.update(func(tx *store.Tx) error { return tx.SawSession(first) })
		first.Seen, noor.Seen = nine.Add(10*time.Minute), nine.Add(10*time.Minute)
		d.view(func(tx *store.Tx) error {
			s, p, err := tx.SessionByHash("h1")
			if diff := cmp.Diff(first, s); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			if diff := cmp.Diff(noor, p, comparesScopes); diff != "" {
				t.Error(diff)
			}
			all, err := tx.Sessions(noor.ID)
			if diff := cmp.Diff([]*store.Session{first, second}, all); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			return nil
		})
		d.refuses(store.CodeSessionUnknown, func(tx *store.Tx) error { _, _, err := tx.SessionByHash(""); return err })
		d.refuses(store.CodeSessionUnknown, func(tx *store.Tx) error { return tx.EndSession(noor.ID, other.ID) })
		d.update(func(tx *store.Tx) error { return tx.EndSession(noor.ID, second.ID) })
		d.addSession(noor, "h4")
		d.update(func(tx *store.Tx) error {
			n, err := tx.EndSessions(noor.ID, first.ID)
			if n != 1 {
				t.Errorf("ended %d", n)
			}
			return err
		})
		d.view(func(tx *store.Tx) error {
			left, err := tx.Sessions(noor.ID)
			others, more := tx.Sessions(ida.ID)
			if len(left) != 1 || left[0].ID != first.ID || len(others) != 1 || err != nil || more != nil {
				t.Errorf("left %v and %v, %v, %v", left, others, err, more)
			}
			return nil
		})
	})
}

func TestLinksWorkOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		noor := d.addPerson("noor@desk.test")
		expires := nine.Add(30 * time.Minute)
		d.update(func(tx *store.Tx) error {
			for hash, purpose := range map[string]store.Purpose{"r1": store.Resetting, "r2": store.Resetting, "i1": store.Inviting} {
				if err := tx.AddLink(purpose, hash, noor.ID, expires); err != nil {
					return err
				}
			}
			return tx.AddLink(store.SettingUp, "s1", "", expires)
		})
		open := func(purpose store.Purpose, hash string) (who string, ok bool) {
			d.view(func(tx *store.Tx) (err error) { who, ok, err = tx.Link(purpose, hash); return err })
			return who, ok
		}
		use := func(purpose store.Purpose, hash string) (ok bool) {
			d.update(func(tx *store.Tx) (err error) { ok, err = tx.UseLink(purpose, hash); return err })
			return ok
		}
		if who, ok := open(store.Resetting, "r1"); who != noor.ID || !ok {
			t.Errorf("a new link is for %q, %v", who, ok)
		}
		if who, ok := open(store.SettingUp, "s1"); who != "" || !ok {
			t.Errorf("the first link is for %q, %v", who, ok)
		}
		if use(store.Inviting, "r1") {
			t.Error("a link was used for another purpose")
		}
		if !use(store.Resetting, "r1") || use(store.Resetting, "r1") {
			t.Error("a link is used once")
		}
		if _, ok := open(store.Resetting, "r1"); ok {
			t.Error("a used link is open")
		}
		for _, hash := range []string{"", "r9"} {
			if _, ok := open(store.Resetting, hash); ok || use(store.Resetting, hash) {
				t.Errorf("link %q is open", hash)
			}
		}
		d.update(func(tx *store.Tx) error { return tx.DropLinks(noor.ID, store.Resetting) })
		if _, ok := open(store.Resetting, "r2"); ok {
			t.Error("a link that was dropped is open")
		}
		d.Now = func() time.Time { return expires }
		if _, ok := open(store.Inviting, "i1"); ok || use(store.Inviting, "i1") {
			t.Error("a link works after its end")
		}
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		noor, ida := d.addPerson("noor@desk.test"), d.addPerson("ida@desk.test")
		token := &store.Token{
			Person: noor.ID, Name: "build", Expires: nine.Add(time.Hour),
			Scopes: []access.Permission{access.ReadTickets, access.LogTickets},
		}
		forever := &store.Token{Person: noor.ID, Name: "forever", Scopes: []access.Permission{access.ReadTickets}}
		d.update(func(tx *store.Tx) error {
			if err := tx.AddToken(token, "h1"); err != nil {
				return err
			}
			return tx.AddToken(forever, "h2")
		})
		d.update(func(tx *store.Tx) error { return tx.SawToken(token.ID) })
		token.Used = nine
		d.refuses(store.CodeTokenUnknown, func(tx *store.Tx) error { return tx.RevokeToken(ida.ID, token.ID) })
		d.update(func(tx *store.Tx) error { return tx.RevokeToken(noor.ID, forever.ID) })
		forever.Revoked = nine
		d.refuses(store.CodeTokenUnknown, func(tx *store.Tx) error { return tx.RevokeToken(noor.ID, forever.ID) })
		d.view(func(tx *store.Tx) error {
			all, err := tx.Tokens(noor.ID)
			if diff := cmp.Diff([]*store.Token{token, forever}, all); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			one, err := tx.TokenByHash("h1")
			if diff := cmp.Diff(token, one); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			return nil
		})
		d.refuses(store.CodeTokenUnknown, func(tx *store.Tx) error { _, err := tx.TokenByHash(""); return err })
		d.update(func(tx *store.Tx) error { return tx.RevokeTokens(noor.ID) })
		d.view(func(tx *store.Tx) error {
			one, err := tx.TokenByHash("h1")
			if err == nil && one.Revoked.IsZero() {
				t.Error("a token holds that was revoked with all")
			}
			return err
		})
	})
}

func TestWhatIsOverIsSwept(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		noor := d.addPerson("noor@desk.test")
		d.addSession(noor, "over")
		known := func(hash string) (yes bool) {
			d.view(func(tx *store.Tx) (err error) {
				yes, err = tx.DeviceKnown(noor.ID, hash, nine.Add(-time.Hour))
				return err
			})
			return yes
		}
		d.update(func(tx *store.Tx) error {
			if err := tx.KnowDevice(noor.ID, "old"); err != nil {
				return err
			}
			return tx.AddLink(store.Resetting, "over", noor.ID, nine.Add(time.Hour))
		})
		if !known("old") || known("other") || known("") {
			t.Error("the wrong devices are known")
		}
		d.Now = func() time.Time { return nine.Add(time.Hour) }
		d.update(func(tx *store.Tx) error {
			if err := tx.KnowDevice(noor.ID, "new"); err != nil {
				return err
			}
			return tx.SweepAccess(nine.Add(-time.Hour), nine)
		})
		if known("old") || !known("new") {
			t.Error("the old device should be forgotten, and only that")
		}
		d.refuses(store.CodeSessionUnknown, func(tx *store.Tx) error { _, _, err := tx.SessionByHash("over"); return err })
		d.update(func(tx *store.Tx) error { return tx.ForgetDevices(noor.ID) })
		if known("new") {
			t.Error("a device is known that was forgotten")
		}
	})
}
