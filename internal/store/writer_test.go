package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// together has Updates wait in line behind the first one, so that they end up in one batch in
// their order, and gives their errors. It runs in the fake time of a bubble.
func together(t *testing.T, s *Store, works ...func(*Tx) error) []error {
	t.Helper()
	errs := make([]error, len(works))
	var done sync.WaitGroup
	begin := make(chan struct{})
	for i, work := range works {
		done.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v", r)
				}
			}()
			errs[i] = s.Update(t.Context(), access.Everything(), func(tx *Tx) error {
				if i == 0 {
					<-begin
				}
				return work(tx)
			})
		})
		synctest.Wait()
	}
	close(begin)
	done.Wait()
	return errs
}

// takesOn is work that adds a client.
func takesOn(name string) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.AddClient(name)
		return err
	}
}

// clientNames lists the clients, each followed by a space.
func clientNames(t *testing.T, s *Store) string {
	t.Helper()
	var names strings.Builder
	if err := s.View(t.Context(), access.Everything(), func(tx *Tx) error {
		names.Reset()
		all, err := tx.Clients()
		for _, c := range all {
			names.WriteString(c.Name + " ")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names.String()
}

// inFile runs a test in fake time on an empty database in a file.
func inFile(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := Create(t.Context(), t.TempDir()+"/writer.db")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, s)
	})
}

// TestThoseInLineCommitTogether looks at the batch that each finds itself in.
func TestThoseInLineCommitTogether(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		var batches []*batch
		notes := func(name string) func(*Tx) error {
			return func(tx *Tx) error {
				batches = append(batches, s.writer.open)
				return takesOn(name)(tx)
			}
		}
		if err := errors.Join(together(t, s, notes("A"), notes("B"), notes("C"))...); err != nil {
			t.Fatal(err)
		}
		if batches[0] != batches[1] || batches[1] != batches[2] || batches[0].works != 3 {
			t.Errorf("batches %v", batches)
		}
		if err := s.Update(t.Context(), access.Everything(), notes("D")); err != nil || batches[3] == batches[0] {
			t.Errorf("a later one joined: %v", err)
		}
		if got := clientNames(t, s); got != "A B C D " {
			t.Errorf("kept %s", got)
		}
	})
}

// TestBatchesAreBounded has more callers in line than go into one batch.
func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		sizes := map[*batch]int{}
		works := make([]func(*Tx) error, mostTogether+5)
		for i := range works {
			works[i] = func(*Tx) error {
				sizes[s.writer.open]++
				return nil
			}
		}
		if err := errors.Join(together(t, s, works...)...); err != nil {
			t.Fatal(err)
		}
		for _, size := range sizes {
			if size > mostTogether || len(sizes) != 2 {
				t.Errorf("%d together, %d batches", size, len(sizes))
			}
		}
	})
}

func TestWhoFailsHarmsNobody(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	fails := func(name string) func(*Tx) error {
		return func(tx *Tx) error { return errors.Join(takesOn(name)(tx), boom) }
	}
	panics := func(name string) func(*Tx) error {
		return func(tx *Tx) error { panic(fmt.Sprint(name, takesOn(name)(tx))) }
	}
	for _, c := range []struct {
		name  string
		works []func(*Tx) error
		kept  string
		fail  []int
	}{
		{"first fails", []func(*Tx) error{fails("X"), takesOn("A"), takesOn("B")}, "A B ", []int{0}},
		{"middle fails", []func(*Tx) error{takesOn("A"), fails("X"), takesOn("B")}, "A B ", []int{1}},
		{"last fails", []func(*Tx) error{takesOn("A"), takesOn("B"), fails("X")}, "A B ", []int{2}},
		{"all fail", []func(*Tx) error{fails("X"), fails("Y"), panics("Z")}, "", []int{0, 1, 2}},
		{"first panics", []func(*Tx) error{panics("X"), takesOn("A")}, "A ", []int{0}},
		{"last panics", []func(*Tx) error{takesOn("A"), panics("X")}, "A ", []int{1}},
		{"same name again", []func(*Tx) error{fails("A"), takesOn("A"), takesOn("A")}, "A ", []int{0, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inFile(t, func(t *testing.T, s *Store) {
				t.Helper()
				for i, err := range together(t, s, c.works...) {
					if want := len(c.fail) > 0 && c.fail[0] == i; want != (err != nil) {
						t.Errorf("number %d was answered %v", i, err)
					} else if want {
						c.fail = c.fail[1:]
					}
				}
				if got := clientNames(t, s); got != c.kept {
					t.Errorf("kept %q, want %q", got, c.kept)
				}
			})
		})
	}
}

// TestFullDiskInABatch has SQLite roll back all of a transaction because of one of those in
// it: the others are tried again, and are kept.
func TestFullDiskInABatch(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		if err := s.Update(t.Context(), access.Everything(), func(tx *Tx) error {
			_, err := tx.exec(`PRAGMA max_page_count = 100`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		swallowed := func(tx *Tx) error {
			for i := range 200 {
				if _, err := tx.AddClient(fmt.Sprint(i, strings.Repeat("x", 9000))); err != nil {
					return nil //nolint:nilerr // whatever is made of the error
				}
			}
			return nil
		}
		errs := together(t, s, takesOn("A"), swallowed, takesOn("B"))
		if errs[0] != nil || !isFault(errs[1], CodeFull) || errs[2] != nil {
			t.Errorf("answered %v", errs)
		}
		if got := clientNames(t, s); got != "A B " && got != "B A " {
			t.Errorf("kept %.100q", got)
		}
	})
}

func isFault(err error, code reason.Code) bool {
	all := fault.All(err)
	return len(all) == 1 && all[0].Code == code
}

// TestFailedCommitReachesAll breaks a reference that is only looked at by the commit.
func TestFailedCommitReachesAll(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		breaks := func(tx *Tx) error {
			if _, err := tx.exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
				return err
			}
			_, err := tx.exec(`INSERT INTO counters (client, prefix, last) VALUES ($1, $2, $3)`, "nobody", "X", 1)
			return err
		}
		for i, err := range together(t, s, takesOn("A"), breaks, takesOn("B")) {
			if err == nil || !strings.Contains(err.Error(), "commit") {
				t.Errorf("number %d was answered %v", i, err)
			}
		}
		if got := clientNames(t, s); got != "" {
			t.Errorf("kept %s", got)
		}
		if err := s.Update(t.Context(), access.Everything(), takesOn("C")); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}

// TestAloneIsAlone has somebody with much to write come between others.
func TestAloneIsAlone(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		var mine, before, after *batch
		alone := make(chan error, 1)
		works := []func(*Tx) error{
			func(*Tx) error {
				before = s.writer.open
				go func() {
					alone <- s.UpdateAlone(t.Context(), access.Everything(), func(tx *Tx) error {
						mine = s.writer.open
						select {
						case <-before.done:
						default:
							t.Error("those before it were not committed")
						}
						return takesOn("Alone")(tx)
					})
				}()
				for waits := false; !waits; {
					s.writer.mu.Lock()
					waits = len(s.writer.waiting) == 1
					s.writer.mu.Unlock()
				}
				return nil
			},
			func(*Tx) error {
				after = s.writer.open
				return nil
			},
		}
		first := make(chan error, 1)
		go func() { first <- s.Update(t.Context(), access.Everything(), works[0]) }()
		synctest.Wait()
		if err := errors.Join(<-first, <-alone, s.Update(t.Context(), access.Everything(), works[1])); err != nil {
			t.Fatal(err)
		}
		if mine == before || mine == after || mine.works != 1 {
			t.Errorf("not alone: %v %v %v", before, mine, after)
		}
	})
}

// TestWhoLeavesTheLine has contexts end while their callers wait for others.
func TestWhoLeavesTheLine(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		errs := together(t, s, func(tx *Tx) error {
			go func() { left <- s.Update(ctx, access.Everything(), takesOn("Gone")) }()
			for waits := false; !waits; {
				s.writer.mu.Lock()
				waits = len(s.writer.waiting) == 2
				s.writer.mu.Unlock()
			}
			cancel()
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			return takesOn("A")(tx)
		}, takesOn("B"))
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if got := clientNames(t, s); got != "A B " {
			t.Errorf("kept %s", got)
		}
	})
}

// TestTurnThatNobodyWants passes the turn to somebody whose context has ended a moment ago.
func TestTurnThatNobodyWants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := line{taken: true}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error, 1)
		go func() { got <- l.wait(ctx) }()
		synctest.Wait()
		l.mu.Lock() // so that it cannot leave the line before the turn comes
		cancel()
		close(l.waiting[0])
		l.waiting = nil
		l.mu.Unlock()
		if err := <-got; err != nil {
			t.Fatalf("the turn was lost: %v", err)
		}
		l.leave()
		if l.taken {
			t.Error("the turn is taken by nobody")
		}
	})
}
