package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/notify/notifytest"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// skewVariable names the file from which a program that was built by buildSkewed reads by how
// much its clock is off.
const skewVariable = "WATCHBILL_TEST_SKEW"

// buildSkewed builds the program with one change: the place where it asks for the time adds
// what a file says. Nothing else of it knows.
func buildSkewed(t *testing.T) string {
	t.Helper()
	const asks = "now := time.Now()\n"
	place, err := filepath.Abs("../../internal/store/now.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), asks, asks+`	if said, err := os.ReadFile(os.Getenv("`+skewVariable+`")); err == nil {
		if off, err := time.ParseDuration(string(said)); err == nil {
			return reading{wall: now.Round(0).Add(off), mono: now.Sub(started)}
		}
	}
`, 1)
	changed = strings.Replace(changed, "import (\n", "import (\n\t\"os\"\n", 1)
	if strings.Count(changed, asks) != 1 || len(changed) <= len(text)+len("\t\"os\"\n") {
		t.Fatalf("%s asks for the time in another way now", place)
	}
	dir := t.TempDir()
	other, overlay, program := filepath.Join(dir, "now.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "watchbill")
	said, err := json.Marshal(map[string]map[string]string{"Replace": {place: other}})
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{other: changed, overlay: string(said)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// jumpy is a desk served by a program of its own whose clock a test sets.
type jumpy struct {
	t       *testing.T
	skew    string // the file
	program *program
	admin   string
	named   map[string]string
	mail    *notifytest.Server
	ann     *client.Client
	written int
}

func newJumpy(t *testing.T, binary, db string) *jumpy {
	t.Helper()
	j := &jumpy{t: t, skew: filepath.Join(t.TempDir(), "skew"), admin: freeAddress(t), mail: notifytest.Start(t)}
	j.set(0)
	var err error
	if j.named, err = furnish(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "serve", "--db", db, "--listen", "127.0.0.1:0", "--admin", j.admin,
		"--smtp", fmt.Sprintf("smtp://%s:%d", j.mail.Host, j.mail.Port), "--from", "desk@kade.test")
	cmd.Env = append(os.Environ(), skewVariable+"="+j.skew)
	if j.program, err = started(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.program.kill)
	j.ann = j.as("ANN")
	return j
}

func (j *jumpy) as(name string) *client.Client {
	j.t.Helper()
	c, err := client.New(j.program.address, j.named[name], "en")
	if err != nil {
		j.t.Fatal(err)
	}
	return c
}

// set puts the clock off by as much, at once.
func (j *jumpy) set(off time.Duration) {
	j.t.Helper()
	half := j.skew + ".new"
	if err := os.WriteFile(half, []byte(off.String()), 0o600); err != nil {
		j.t.Fatal(err)
	}
	if err := os.Rename(half, j.skew); err != nil {
		j.t.Fatal(err)
	}
}

func (j *jumpy) logs(of string, n int) (last client.Ref) {
	j.t.Helper()
	for i := range n {
		key, err := j.ann.Log(j.t.Context(), j.named[of], api.NewTicket{
			Kind: "incident", Title: fmt.Sprint("Down ", i), Impact: "I1", Urgency: "U1", Requester: j.named[map[string]string{"BOEI": "RIK_ID", "KOMPAS": "DIRK_ID"}[of]],
		}, client.Sending{})
		if err != nil {
			j.t.Fatal(err)
		}
		last = client.Ref{Client: j.named[of], Key: key}
	}
	return last
}

// goesOn demands that the desk works on as ever: what is written is kept, and the letter about
// it leaves soon.
func (j *jumpy) goesOn(when string) {
	j.t.Helper()
	j.written++
	words := fmt.Sprintf("answer-%d.", j.written)
	ref := j.logs("BOEI", 1)
	if _, err := j.ann.Take(j.t.Context(), ref, "reply", api.Reply{Message: api.Message{Text: words}}, client.Sending{}); err != nil {
		j.t.Fatalf("%s: %v", when, err)
	}
	j.within(10*time.Second, when+": the letter leaves", func() bool { return j.letters(words) == 1 })
}

// letters counts those that hold words.
func (j *jumpy) letters(words string) (n int) {
	mails := j.mail.Mails()
	for i := range mails {
		if strings.Contains(strings.ReplaceAll(mails[i].Data, "=\r\n", ""), words) {
			n++
		}
	}
	return n
}

func (j *jumpy) within(most time.Duration, what string, done func() bool) time.Duration {
	j.t.Helper()
	began := time.Now()
	for !done() {
		if time.Since(began) > most {
			j.t.Fatalf("%s: not within %v; the log says %s", what, most, j.program.said)
		}
		wait(j.t.Context(), 50*time.Millisecond)
	}
	return time.Since(began)
}

// told lists what the lead was told of clocks.
func (j *jumpy) told() (kinds []string, promises int) {
	j.t.Helper()
	all, err := j.as("LEA").Notices(j.t.Context(), "", 100)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, n := range all.Notices {
		kinds, promises = append(kinds, n.Kind), promises+notice.Count(n.Args)
	}
	return kinds, promises
}

func (j *jumpy) nothingTold(when string) {
	j.t.Helper()
	if kinds, _ := j.told(); len(kinds) > 0 {
		j.t.Errorf("%s: the lead was told %v", when, kinds)
	}
}

// shows demands that the figures show a clock that is off, and the log says how.
func (j *jumpy) shows(codes ...string) {
	j.t.Helper()
	for _, code := range codes {
		j.within(20*time.Second, "the log says "+code, func() bool { return strings.Contains(j.program.said.String(), code) })
	}
}

func (j *jumpy) skewSeconds() (off float64) {
	j.t.Helper()
	r, err := http.NewRequestWithContext(j.t.Context(), http.MethodGet, "http://"+j.admin+"/readyz", http.NoBody)
	if err != nil {
		j.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		j.t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct {
		Off float64 `json:"clock_skew_seconds"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		j.t.Fatal(err)
	}
	return said.Off
}

// TestClockOfTheMachineIsSet sets the clock under the program as it is built: ahead and mended,
// back, ahead for good, and back after that. With SQLite instants follow this clock; with
// PostgreSQL that of the database, so nothing may come of it.
//
// Seen red with a clock that is believed at once.
func TestClockOfTheMachineIsSet(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a clock is believed only after half a minute")
	}
	binary := buildSkewed(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		j := newJumpy(t, binary, storetest.SQLiteName(t))
		j.logs("KOMPAS", 6)
		j.sets(24 * time.Hour)
		j.shows("store.clock_ahead")
		if off := j.skewSeconds(); off < 80_000 {
			t.Errorf("a day ahead shows as %v s", off)
		}
		j.goesOn("a day ahead")
		wait(t.Context(), 5*time.Second)
		j.sets(0)
		j.nothingTold("a day ahead, and mended")
		j.sets(-time.Hour)
		j.shows("store.clock_back")
		j.goesOn("an hour back")
		j.sets(0)
		j.nothingTold("back and forth")

		j.sets(3 * time.Hour)
		took := j.within(50*time.Second, "what fell due is told", func() bool { kinds, _ := j.told(); return len(kinds) > 0 })
		if took < 25*time.Second {
			t.Errorf("the clock was believed after %v", took)
		}
		j.shows("store.clock_leapt")
		letter := "What fell due or came near in between"
		j.within(40*time.Second, "a letter says so", func() bool { return j.letters(letter) > 0 })
		j.sets(0)
		j.goesOn("three hours back after it was believed")
		if kinds, n := j.told(); len(kinds) != 1 || kinds[0] != string(notice.Leapt) || n < 6 {
			t.Errorf("the lead was told %v, of %d promises", kinds, n)
		}
		if n := j.letters(letter); n != 1 {
			t.Errorf("%d letters say so", n)
		}
		j.ends()
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		j := newJumpy(t, binary, storetest.PostgresName(t))
		j.logs("KOMPAS", 6)
		j.sets(-time.Hour)
		j.shows("store.node_clock")
		j.goesOn("an hour back")
		j.sets(3 * time.Hour)
		for range 7 {
			wait(t.Context(), 5*time.Second)
			j.goesOn("three hours ahead")
		}
		j.nothingTold("three hours ahead")
		j.ends()
	})
}

// sets puts the clock off and has something happen by it.
func (j *jumpy) sets(off time.Duration) {
	j.t.Helper()
	j.set(off)
	j.logs("BOEI", 1)
}

// ends stops the desk, and has all of it recomputed.
func (j *jumpy) ends() {
	j.t.Helper()
	if err := j.program.stop(); err != nil {
		j.t.Errorf("it did not end well: %v", err)
	}
	db := ""
	for i, arg := range j.program.cmd.Args {
		if arg == "--db" {
			db = j.program.cmd.Args[i+1]
		}
	}
	verified(context.WithoutCancel(j.t.Context()), j.t, db)
}

// verified has the program recompute all that a database holds.
func verified(ctx context.Context, t *testing.T, db string) {
	t.Helper()
	cmd, err := command(ctx, t.TempDir(), "verify", "--db", db)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), " 0 differences") {
		t.Errorf("verify: %v\n%s", err, out)
	}
}
