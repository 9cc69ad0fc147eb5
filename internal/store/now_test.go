package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// server is a database with a clock of its own, which answers after a while or not at all.
type server struct {
	machine *hands
	ahead   time.Duration // of the machine
	delay   time.Duration
	err     error
}

func (s *server) time(context.Context) (time.Time, error) {
	s.machine.pass(s.delay/2, 0)
	at := s.machine.wall.Add(s.ahead)
	s.machine.pass(s.delay-s.delay/2, 0)
	return at, s.err
}

// TestInstantsFollowTheDatabase has a machine whose clock is off, and then that of the
// database set.
func TestInstantsFollowTheDatabase(t *testing.T) {
	t.Parallel()
	h := &hands{reading{wall: noon}}
	db := &server{machine: h, ahead: 5 * time.Minute, delay: 40 * time.Millisecond}
	k := &timekeeper{machine: h.read, ask: db.time}
	for _, step := range []struct {
		what  string
		do    func()
		told  reason.Code
		off   time.Duration // of the instant, from the clock of the machine
		asks  bool
		asked bool
	}{
		{"opened", func() { db.delay = 3 * time.Second }, CodeNodeClock, 5 * time.Minute, false, true}, // the first answer is used, slow as it is
		{"asked too early", func() { h.pass(asksEvery-time.Second, 0) }, "", 5 * time.Minute, false, false},
		{"time to ask", func() { h.pass(time.Second, 0) }, "", 5 * time.Minute, true, false},
		{"machine mended, answer slow", func() { h.wall = h.wall.Add(5 * time.Minute); db.ahead = 0 }, "", 0, false, true},
		{"answer in time", func() { db.delay = 0 }, CodeClockRight, 0, false, true},
		{"no answer", func() { db.err = errors.New("away"); db.ahead = time.Hour }, "", 0, false, true},
		{"database set ahead", func() { db.err = nil }, CodeClockAhead, 0, false, true},
	} {
		step.do()
		if step.asked {
			if err := k.askDatabase(t.Context()); !errors.Is(err, db.err) {
				t.Fatal(err)
			}
		}
		at, asks, news := k.now()
		if off := at.Sub(h.wall); (off-step.off).Abs() > time.Millisecond || asks != step.asks {
			t.Errorf("%s: instant is off by %v, want %v; asks %v", step.what, off, step.off, asks)
		}
		told := reason.Code("")
		if len(news) > 0 {
			told = news[0].Code
		}
		if told != step.told {
			t.Errorf("%s: told %v, want %q", step.what, news, step.told)
		}
	}
}
