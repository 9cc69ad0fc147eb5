package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// The load driver: it fills a database, starts the program on it, asks it over the network of
// this machine, and reads from the system what the program spent. WATCHBILL_LOAD is how many
// tickets there are. A SQLite database is made once and kept in the directory for temporary files;
// WATCHBILL_LOAD_ENGINE=postgres makes one on a PostgreSQL server of the benchmark's own.

const (
	loadEmail    = "load@kade.example"
	loadPassword = "nineteen lanterns in a harbour"
	loadClients  = 20
)

func loadTickets(b *testing.B) int {
	b.Helper()
	text := os.Getenv("WATCHBILL_LOAD")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// served is a program that serves a desk.
type served struct {
	base    string
	command *exec.Cmd
	browser *http.Client // signed in
	token   string       // of the API
	ticket  string       // address of a ticket with thirty entries
}

// BenchmarkLoad asks a desk with many tickets for what people ask for all day.
func BenchmarkLoad(b *testing.B) {
	program := build(b)
	name, notes := filled(b)
	s := start(b, program, name, notes)
	for _, clients := range []int{1, 8} {
		name := fmt.Sprintf("%d-clients", clients)
		b.Run("queue/"+name, func(b *testing.B) { s.load(b, clients, s.page("/queue")) })
		b.Run("ticket/"+name, func(b *testing.B) { s.load(b, clients, s.page(s.ticket)) })
	}
	for kind, words := range map[string]string{"common": "payment", "two": "payment checkout", "rare": "xylophone"} {
		b.Run("search/"+kind, func(b *testing.B) { s.load(b, 1, s.page("/find?q="+url.QueryEscape(words))) })
	}
	b.Run("create/8-clients", func(b *testing.B) { s.load(b, 8, s.create) })
	b.Run("memory", func(b *testing.B) {
		peak := s.status(b, "VmHWM")
		<-time.After(idleAfter)
		for b.Loop() {
			b.ReportMetric(float64(peak)/1024, "MB-peak")
			b.ReportMetric(float64(s.status(b, "VmRSS"))/1024, "MB-idle")
		}
	})
}

// idleAfter is how long the program has nothing to do until it counts as idle: what it no longer
// needs goes back to the system over seconds.
const idleAfter = time.Minute

// BenchmarkLoadStart is from the start of the program to its first answer.
func BenchmarkLoadStart(b *testing.B) {
	program := build(b)
	file, _ := filled(b)
	for b.Loop() {
		s := launch(b, program, file)
		s.stop(b)
	}
}

// load asks from several clients at once and reports how long the answers took, and what the
// program spent on each.
func (s *served) load(b *testing.B, clients int, ask func() (status int, size int, err error)) {
	b.Helper()
	took := make([][]time.Duration, clients)
	var asked atomic.Int64
	var size atomic.Int64
	before := s.cpu(b)
	began := time.Now()
	b.ResetTimer()
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for asked.Add(1) <= int64(b.N) {
				at := time.Now()
				status, n, err := ask()
				if err != nil || status >= 300 {
					b.Errorf("status %d, %v", status, err)
					return
				}
				took[c] = append(took[c], time.Since(at))
				size.Store(int64(n))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	flat := slices.Concat(took...)
	slices.Sort(flat)
	if len(flat) == 0 {
		b.Fatal("nothing was asked")
	}
	at := func(share float64) float64 {
		return float64(flat[min(len(flat)-1, int(share*float64(len(flat))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.95), "p95-ms")
	b.ReportMetric(float64(len(flat))/time.Since(began).Seconds(), "per-s")
	b.ReportMetric(float64((s.cpu(b)-before).Microseconds())/1000/float64(len(flat)), "cpu-ms/op")
	b.ReportMetric(float64(size.Load())/1024, "KB")
}

// page asks for a page as a person who is signed in.
func (s *served) page(path string) func() (status, size int, err error) {
	return func() (int, int, error) {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.base+path, nil)
		if err != nil {
			return 0, 0, err
		}
		return answered(s.browser.Do(request))
	}
}

func answered(r *http.Response, err error) (status, size int, failed error) {
	if err != nil {
		return 0, 0, err
	}
	defer r.Body.Close()
	n, err := io.Copy(io.Discard, r.Body)
	return r.StatusCode, int(n), err
}

// create logs a ticket through the API.
func (s *served) create() (status, size int, err error) {
	body := fmt.Sprintf(`{"kind":"incident","title":"Payment fails for %d","description":"Shoppers see an error after the bank.","impact":"I3","urgency":"U3"}`, rand.IntN(1e9))
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost,
		s.base+"/api/v1/clients/client-"+strconv.Itoa(rand.IntN(loadClients))+"/tickets", strings.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	return answered(http.DefaultClient.Do(request))
}

// cpu is what the program has spent on the processors, as the system counts it.
func (s *served) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		b.Skipf("the system does not tell what a program spends: %v", err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	var ticks int64
	for _, field := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // a hundred ticks a second on Linux
}

// status reads a figure of the system about the program, in KiB.
func (s *served) status(b *testing.B, name string) int {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		b.Skipf("the system does not tell what a program holds: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}

// launch starts the program on a database and waits for its first answer.
func launch(b *testing.B, program, file string) *served {
	b.Helper()
	command := exec.CommandContext(b.Context(), program, "serve", "--db", file, "--listen", "127.0.0.1:0", "--admin", "-", "--token-rate", "0")
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	s := &served{command: command}
	lines := bufio.NewScanner(out)
	for s.base == "" && lines.Scan() {
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			s.base = strings.Fields(lines.Text()[at:])[0]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if status, _, err := answered(http.Get(s.base + "/sign-in")); err != nil || status != http.StatusOK {
		b.Fatalf("first answer: %d, %v", status, err)
	}
	return s
}

func (s *served) stop(b *testing.B) {
	b.Helper()
	if err := s.command.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	_ = s.command.Wait() // it was told to end
}

// start launches the program, signs in, and looks for a long ticket.
func start(b *testing.B, program, name string, notes loadNotes) *served {
	b.Helper()
	s := launch(b, program, name)
	b.Cleanup(func() { s.stop(b) })
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	s.browser = &http.Client{Jar: jar}
	form := url.Values{"email": {loadEmail}, "password": {loadPassword}, "to": {"/queue"}}
	if status, _, err := answered(s.browser.PostForm(s.base+"/sign-in", form)); err != nil || status != http.StatusOK {
		b.Fatalf("signing in: %d, %v", status, err)
	}
	s.token, s.ticket = notes.Token, notes.Ticket
	return s
}

// loadNotes are what one must know of a filled database.
type loadNotes struct{ Token, Ticket string }

// filled gives a database with many tickets of twenty clients, one in five of them open, and the
// notes on it. It is a copy, so that what is written to it is gone afterwards.
func filled(b *testing.B) (name string, notes loadNotes) {
	b.Helper()
	n := loadTickets(b)
	if os.Getenv("WATCHBILL_LOAD_ENGINE") == "postgres" {
		b.Setenv("WATCHBILL_FSYNC", "on")
		name = storetest.PostgresName(b)
		return name, fill(b, name, n)
	}
	kept := filepath.Join(os.TempDir(), fmt.Sprintf("watchbill-load-%d-%d.db", n, store.Newest()))
	text, err := os.ReadFile(kept + ".json")
	if err == nil {
		err = json.Unmarshal(text, &notes)
	} else {
		b.Logf("filling %s with %d tickets", kept, n)
		_ = os.Remove(kept) // what was not finished
		notes = fill(b, kept, n)
		if text, err = json.Marshal(notes); err == nil {
			err = os.WriteFile(kept+".json", text, 0o600)
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	name = filepath.Join(b.TempDir(), "load.db")
	copyFile(b, kept, name)
	return name, notes
}

func copyFile(b *testing.B, from, to string) {
	b.Helper()
	content, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	into, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.Copy(into, content)
	if err := errorsOf(err, into.Close(), content.Close()); err != nil {
		b.Fatal(err)
	}
}

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// fill makes the database.
func fill(b *testing.B, name string, n int) loadNotes {
	b.Helper()
	ctx := b.Context()
	desk, err := app.Create(ctx, name)
	if err != nil {
		b.Fatal(err)
	}
	operator := access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}
	first, err := desk.SetUpToken(ctx, operator)
	if err != nil {
		b.Fatal(err)
	}
	id, err := desk.SetUp(ctx, first, app.FirstPerson{Email: loadEmail, Name: "Load", Password: loadPassword})
	if err != nil {
		b.Fatal(err)
	}
	admin := access.Actor{ID: id, Role: access.Admin, Scope: access.Everything()}
	_, token, err := desk.CreateToken(ctx, admin, app.NewAPIToken{Name: "load", Scopes: []access.Permission{access.LogTickets, access.ReadTickets}})
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for c := range loadClients {
		name := fmt.Sprintf("Client %d", c)
		d, faults := contract.Parse("support", fmt.Appendf(nil, loadContract, name))
		if len(faults) > 0 {
			b.Fatal(faults)
		}
		_, err := desk.ImportHistory(ctx, admin, app.Import{
			Client: name, Contract: []*contract.Document{d}, Tickets: pastTickets(random.Uint64(), desk.Now(), c, n/loadClients), Progress: func() {},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	long, err := longTicket(ctx, desk, admin)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := desk.Settle(ctx, app.Unasked()); err != nil {
		b.Fatal(err)
	}
	// A desk that has run for a while has brought all of it into the search.
	for n := 1; n > 0; {
		if n, err = desk.Index(ctx, app.Unasked()); err != nil {
			b.Fatal(err)
		}
	}
	if err := desk.Close(); err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(ctx, name)
	if err != nil {
		b.Fatal(err)
	}
	if err := errorsOf(s.Update(ctx, access.Everything(), (*store.Tx).CountRows), s.Close()); err != nil {
		b.Fatal(err)
	}
	return loadNotes{string(token), long}
}

const loadContract = `
client: %s
contract: support
template: sla_hotfix@1
tier: gold
version: 1
effective: 2024-01-01
zone: Europe/Amsterdam
calendars: {business: {holidays: [NL@1]}}
`

// loadWords are what titles are made of; the first are the most common.
var loadWords = strings.Fields(`payment checkout order fails slow price stock cart mail search customer page login image
	address refund invoice shipping coupon redirect filter category banner wish store feed label gift account export import`)

// pastTickets makes tickets up: one in five is open.
func pastTickets(seed uint64, now time.Time, client, n int) iter.Seq2[app.PastTicket, error] {
	return func(yield func(app.PastTicket, error) bool) {
		random := rand.New(rand.NewPCG(seed, 1))
		for i := range n {
			open := i%5 == 0
			age := time.Duration(random.IntN(365*24*60)) * time.Minute
			if open {
				age = time.Duration(random.IntN(20*24*60)) * time.Minute
			}
			logged := now.Add(-age - time.Hour).Truncate(time.Minute)
			var words []string
			for range 6 {
				words = append(words, loadWords[min(random.IntN(len(loadWords)), random.IntN(len(loadWords)))])
			}
			if i == 7 && client == 3 {
				words = append(words, "xylophone")
			}
			entries := []ticket.Entry{
				{At: logged, Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.Priority(1 + min(3, random.IntN(6)))}},
				{At: logged.Add(20 * time.Minute), Fact: ticket.Replied{}},
			}
			if !open {
				entries = append(entries, ticket.Entry{At: logged.Add(40 * time.Minute), Fact: ticket.Closed{}})
			}
			title := strings.Join(words, " ")
			t := app.PastTicket{
				Key: fmt.Sprintf("%d-%d", client, i), Kind: catalog.Incident, Entries: entries,
				Texts: []string{title + "\nSince this morning shoppers tell us about " + title + ".", "We look at it and write again within the hour."},
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// longTicket logs a ticket with thirty entries and gives its address.
func longTicket(ctx context.Context, desk *app.App, admin access.Actor) (string, error) {
	key, err := desk.LogTicket(ctx, admin, app.NewTicket{
		Client: "client-0", Kind: catalog.Incident, Title: "Checkout is down in all shops", Text: "Since nine.", Priority: catalog.P1,
	})
	for i := 0; i < 28 && err == nil; i++ {
		step := app.Step{Fact: ticket.Noted{}, Text: fmt.Sprintf("We tried the %d. idea; the log says no.", i)}
		if i%3 == 0 {
			step = app.Step{Fact: ticket.Replied{}, Text: "Still at it. Next update within half an hour."}
		}
		_, err = desk.Take(ctx, admin, app.Ref{Client: "client-0", Key: key}, app.Command{}, step)
	}
	return "/tickets/client-0/" + key, err
}
