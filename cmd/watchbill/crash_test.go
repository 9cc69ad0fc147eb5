package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/notify"
	"github.com/watchbill/watchbill/internal/notify/notifytest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// What a desk is held to when it is killed.
const (
	killsSQLite   = 20
	killsPostgres = 6
	senders       = 6
	backWithin    = 5 * time.Second // until a write succeeds again
	eachMost      = 2 * time.Second // between two kills
)

// TestKilled kills the program again and again while people and programs write, and mail goes
// out through a server that now and then takes a letter and says nothing. What was acknowledged
// is there, once.
func TestKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("killing a program twenty times takes most of a minute")
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		crash(t, storetest.SQLiteName(t), killsSQLite)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		crash(t, storetest.PostgresName(t), killsPostgres)
	})
}

// write is one thing that a sender wants done, until it is.
type write struct {
	Number  int           `json:"number"`
	Do      string        `json:"do"`
	Ticket  string        `json:"ticket,omitempty"`
	Minutes int           `json:"minutes,omitempty"`
	Began   time.Time     `json:"began"`
	Took    time.Duration `json:"took"`
	Tries   int           `json:"tries"`
	Head    int           `json:"head,omitempty"`
	Refused string        `json:"refused,omitempty"`
}

// words stand in what a write writes, and nowhere else.
func (w *write) words() string { return fmt.Sprintf("write-%d.", w.Number) }

// campaign is one desk that is killed.
type campaign struct {
	t      *testing.T
	seed   uint64
	named  map[string]string
	desk   *client.Client
	server string
	boei   string

	mu      sync.Mutex
	number  int
	tickets []string
	acked   []write
	file    *os.File // of what happened
	back    chan time.Time
}

func crash(t *testing.T, db string, kills int) {
	t.Helper()
	ctx := t.Context()
	c := &campaign{t: t, seed: rand.Uint64(), back: make(chan time.Time, 1)}
	if given := os.Getenv("WATCHBILL_SEED"); given != "" {
		c.seed, _ = strconv.ParseUint(given, 10, 64)
	}
	t.Logf("WATCHBILL_SEED=%d chooses the same instants again", c.seed)
	chance := rand.New(rand.NewPCG(c.seed, 1))
	c.keepHistory()
	var err error
	if c.named, err = furnish(ctx, db); err != nil {
		t.Fatal(err)
	}
	c.boei = c.named["BOEI"]
	mail := notifytest.Start(t)
	listen := freeAddress(t)
	c.server = "http://" + listen
	if c.desk, err = client.New(c.server, c.named["ANN"], "en"); err != nil {
		t.Fatal(err)
	}
	start := func() *program {
		p, err := serveAt(ctx, t.TempDir(), db, listen, "--smtp", fmt.Sprintf("smtp://%s:%d", mail.Host, mail.Port), "--from", "desk@kade.test")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := start()
	sending, enough := context.WithCancel(ctx)
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() { c.send(sending, ctx, rand.New(rand.NewPCG(c.seed, uint64(i)+2))) })
	}
	worst, unanswered := time.Duration(0), 0
	for range kills {
		cut, before := chance.IntN(3) == 0, len(mail.Mails())
		mail.Behave(notifytest.Behaviour{Cut: cut})
		wait(ctx, 200*time.Millisecond+time.Duration(chance.Int64N(int64(eachMost-200*time.Millisecond))))
		p.kill()
		mail.Behave(notifytest.Behaviour{})
		if cut {
			unanswered += len(mail.Mails()) - before
		}
		c.note("kill", len(mail.Mails()))
		select {
		case <-c.back:
		default:
		}
		began := time.Now()
		p = start()
		select {
		case at := <-c.back:
			worst = max(worst, at.Sub(began))
		case <-time.After(30 * time.Second):
			t.Fatalf("no write succeeds any more: %s", p.said)
		}
		c.look(ctx)
	}
	enough()
	all.Wait()
	if err := p.stop(); err != nil {
		t.Errorf("it did not end well: %v %s", err, p.said)
	}
	t.Logf("%d kills, %d writes, %d tickets, first write after a start at worst %v", kills, len(c.acked), len(c.tickets), worst)
	if worst > backWithin {
		t.Errorf("a write succeeded only after %v, want within %v", worst, backWithin)
	}
	c.drain(ctx, db, mail)
	c.account(ctx, db)
	c.letters(ctx, db, mail, kills*inHand+unanswered)
	c.verify(ctx, db)
}

// keepHistory writes down all that happens, and keeps it when the test fails.
func (c *campaign) keepHistory() {
	dir := c.t.TempDir()
	var err error
	if c.file, err = os.Create(filepath.Join(dir, "history.jsonl")); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		_ = c.file.Close()
		if c.t.Failed() {
			kept := filepath.Join(os.TempDir(), fmt.Sprintf("watchbill-killed-%d.jsonl", c.seed))
			_ = os.Rename(c.file.Name(), kept)
			c.t.Logf("what happened is in %s", kept)
		}
	})
}

func (c *campaign) note(what string, value any) {
	line, err := json.Marshal(map[string]any{"at": time.Now(), what: value})
	if err != nil {
		c.t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.file.Write(append(line, '\n'))
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// send writes until it has been enough; what was begun is brought to its end.
func (c *campaign) send(going, ctx context.Context, chance *rand.Rand) {
	for going.Err() == nil {
		c.mu.Lock()
		c.number++
		w := write{Number: c.number, Began: time.Now(), Do: "log"}
		if len(c.tickets) > 3 && chance.IntN(5) > 0 {
			w.Ticket = c.tickets[chance.IntN(len(c.tickets))]
			w.Do = []string{"reply", "note", "log-work", "log-work", "escalate"}[chance.IntN(5)]
			w.Minutes = 1 + chance.IntN(3)
		}
		c.mu.Unlock()
		c.untilDone(ctx, &w)
	}
}

// untilDone sends one write, under one key, until the desk has answered.
func (c *campaign) untilDone(ctx context.Context, w *write) {
	for ctx.Err() == nil {
		w.Tries++
		err := c.once(ctx, w)
		w.Took = time.Since(w.Began)
		if p, ok := errors.AsType[*api.Problem](err); ok && p.Status < 500 && p.Status != http.StatusTooManyRequests {
			w.Refused = p.Code
			if w.Refused != string(ticket.CodeLongDay) { // a day of Ann is full
				c.t.Errorf("write %d (%s on %s) was refused: %v", w.Number, w.Do, w.Ticket, p)
			}
			c.note("write", w)
			return
		}
		if err == nil {
			c.note("write", w)
			c.mu.Lock()
			c.acked = append(c.acked, *w)
			if w.Do == "log" {
				c.tickets = append(c.tickets, w.Ticket)
			}
			c.mu.Unlock()
			select {
			case c.back <- time.Now():
			default:
			}
			return
		}
		wait(ctx, 20*time.Millisecond)
	}
}

func (c *campaign) once(ctx context.Context, w *write) error {
	sending := client.Sending{Once: fmt.Sprintf("write-%d-%d", c.seed, w.Number)}
	if w.Do == "log" {
		key, err := c.desk.Log(ctx, c.boei, api.NewTicket{
			Kind: "incident", Title: "Down " + w.words(), Impact: "I2", Urgency: "U2", Requester: c.named["RIK_ID"],
		}, sending)
		w.Ticket = key
		return err
	}
	var body any
	switch w.Do {
	case "reply", "note":
		body = api.Reply{Message: api.Message{Text: w.words()}}
	case "log-work":
		body = api.LogWork{Minutes: w.Minutes, Plain: api.Plain{Text: w.words()}}
	case "escalate":
		body = api.Escalate{Management: true, Plain: api.Plain{Text: w.words()}}
	}
	taken, err := c.desk.Take(ctx, client.Ref{Client: c.boei, Key: w.Ticket}, w.Do, body, sending)
	w.Head = taken.Head
	return err
}

// look reads back what was acknowledged last, right after a start.
func (c *campaign) look(ctx context.Context) {
	c.mu.Lock()
	last := append([]write{}, c.acked[max(0, len(c.acked)-8):]...)
	c.mu.Unlock()
	for i := range last {
		w := &last[i]
		v, err := c.desk.Ticket(ctx, client.Ref{Client: c.boei, Key: w.Ticket})
		if err != nil {
			c.t.Errorf("%s: %v", w.Ticket, err)
			continue
		}
		n := strings.Count(v.Title, w.words()) // of who logged it
		for _, e := range v.Entries {
			n += strings.Count(e.Text, w.words())
		}
		if n != 1 {
			c.t.Errorf("write %d (%s on %s) is there %d times after a kill", w.Number, w.Do, w.Ticket, n)
		}
	}
}

// drain hands over what still waits, at a time when what a killed program had claimed is
// free again.
func (c *campaign) drain(ctx context.Context, db string, mail *notifytest.Server) {
	s, err := store.Open(ctx, db)
	if err != nil {
		c.t.Fatal(err)
	}
	defer s.Close()
	s.Now = func() time.Time { return time.Now().Add(5 * time.Minute) }
	a := app.On(s)
	out, err := notify.NewMail(notify.Settings{Host: mail.Host, Port: mail.Port, Security: notify.Open, From: "desk@kade.test", Base: c.server})
	if err != nil {
		c.t.Fatal(err)
	}
	lease, ok, err := a.Acquire(ctx, app.Unasked(), "worker", "drain", time.Minute)
	if err != nil || !ok {
		c.t.Fatalf("the lease of a program that has ended: %v %v", ok, err)
	}
	for {
		if _, err := a.Settle(ctx, app.Unasked()); err != nil {
			c.t.Fatal(err)
		}
		done, err := a.Deliver(ctx, app.Unasked(), lease, app.Channels{notice.Mail: out.Send})
		if err != nil {
			c.t.Fatal(err)
		}
		if done.Total() == 0 {
			break
		}
	}
	if waiting, _, err := a.OutboxBacklog(ctx, app.Unasked()); err != nil || waiting > 0 {
		c.t.Errorf("%d letters wait for ever: %v", waiting, err)
	}
	if err := a.Release(ctx, app.Unasked(), lease); err != nil {
		c.t.Error(err)
	}
}

// account holds what the desk has against what it acknowledged: each write once, nothing else,
// and the sum of the minutes.
func (c *campaign) account(ctx context.Context, db string) {
	a, err := app.Open(ctx, db)
	if err != nil {
		c.t.Fatal(err)
	}
	defer a.Close()
	ada := access.Actor{ID: c.named["ADA_ID"], Role: access.Admin, Scope: access.Everything()}
	found, minutes, wanted := map[string]int{}, 0, 0
	for _, key := range c.tickets {
		v, err := a.Ticket(ctx, ada, app.Ref{Client: c.boei, Key: key})
		if err != nil {
			c.t.Errorf("%s: %v", key, err)
			continue
		}
		texts := v.Title
		for i := range v.Entries {
			texts += " " + v.Entries[i].Text
			if w, ok := v.Entries[i].Fact.(ticket.Worked); ok {
				minutes += w.Minutes
			}
		}
		for word := range strings.FieldsSeq(texts) {
			if strings.HasPrefix(word, "write-") {
				found[word]++
			}
		}
	}
	for i := range c.acked {
		w := &c.acked[i]
		if n := found[w.words()]; n != 1 {
			c.t.Errorf("write %d (%s on %s, %d tries) is there %d times", w.Number, w.Do, w.Ticket, w.Tries, n)
		}
		delete(found, w.words())
		if w.Do == "log-work" {
			wanted += w.Minutes
		}
	}
	if len(found) > 0 {
		c.t.Errorf("there is what nobody was told of: %v", found)
	}
	if minutes != wanted {
		c.t.Errorf("%d minutes were worked, %d acknowledged", minutes, wanted)
	}
	page, err := a.Queue(ctx, ada, app.Filter{QueueQuery: app.Query{Open: true, Closed: true}}, app.Place{}, len(c.tickets)+10)
	if err != nil || len(page.Rows) != len(c.tickets) {
		c.t.Errorf("%d tickets are listed, %d were made: %v", len(page.Rows), len(c.tickets), err)
	}
}

// inHand is how many letters a program hands over at the same time, and so may have to hand
// over again when it was killed.
const inHand = 8

// letters holds the mail that came against the outbox: each message under one id, and again
// only for a kill that found it in hand, or an answer that was cut.
func (c *campaign) letters(ctx context.Context, db string, mail *notifytest.Server, most int) {
	a, err := app.Open(ctx, db)
	if err != nil {
		c.t.Fatal(err)
	}
	defer a.Close()
	ada := access.Actor{ID: c.named["ADA_ID"], Role: access.Admin, Scope: access.Everything()}
	sent, before := map[string]bool{}, ""
	for {
		items, err := a.Outbox(ctx, ada, before, 200)
		if err != nil {
			c.t.Fatal(err)
		}
		for i := range items {
			before = items[i].ID
			sent[before] = sent[before] || items[i].State == store.Sent
		}
		if len(items) == 0 {
			break
		}
	}
	came, repeats := map[string]int{}, 0
	mails := mail.Mails()
	for i := range mails {
		id, _, _ := strings.Cut(strings.Trim(mails[i].Header("Message-ID"), "<>"), "@")
		if came[id]++; came[id] > 1 {
			repeats++
		}
		if ok, known := sent[id]; !known || !ok {
			c.t.Errorf("a letter came under %s, which was not sent: %v", id, known)
		}
	}
	for id, ok := range sent {
		if ok && came[id] == 0 {
			c.t.Errorf("%s was sent and never came", id)
		}
	}
	c.t.Logf("%d letters came, of %d messages; %d came again", len(mails), len(came), repeats)
	if len(mails) == 0 {
		c.t.Error("no mail went out at all")
	}
	if repeats > most {
		c.t.Errorf("%d letters came again, want at most %d", repeats, most)
	}
}

// verify has the database checked by itself, and everything recomputed by the program.
func (c *campaign) verify(ctx context.Context, db string) {
	if !strings.HasPrefix(db, "postgres:") {
		file, err := sql.Open("sqlite", db)
		if err != nil {
			c.t.Fatal(err)
		}
		defer file.Close()
		said := ""
		if err := file.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
			c.t.Errorf("integrity: %s %v", said, err)
		}
	}
	verified(ctx, c.t, db)
}
