package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/watchbill/watchbill/internal/core/access"
)

// TestFewStatementsAreKept runs more texts than are kept: the one in use stays, and those not
// used for long go.
func TestFewStatementsAreKept(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		c, err := connectTo(t.Context(), s.read)
		if err != nil {
			t.Fatal(err)
		}
		defer c.close() //nolint:errcheck // it was only read
		const hot = `SELECT 1`
		for i := range 3 * mostStatements {
			for _, text := range []string{hot, fmt.Sprint(`SELECT `, i+2)} {
				if err := c.do(t.Context(), text); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(c.statements) != mostStatements || c.statements[hot] == nil || c.statements[`SELECT 2`] != nil {
			t.Errorf("%d statements are kept, the hot one: %v", len(c.statements), c.statements[hot] != nil)
		}
	})
}

// TestReadersTakeTurns has more callers read than there are connections, one of which
// panics, one of which leaves.
func TestReadersTakeTurns(t *testing.T) {
	t.Parallel()
	inFile(t, func(t *testing.T, s *Store) {
		t.Helper()
		most := cap(s.readers.slots)
		goOn := make(chan struct{})
		var done sync.WaitGroup
		read := 0
		for i := range most {
			done.Go(func() {
				defer func() {
					if r := recover(); (r != nil) != (i == 0) {
						t.Errorf("number %d: %v", i, r)
					}
				}()
				if err := s.View(t.Context(), access.Everything(), func(tx *Tx) error {
					<-goOn
					if i == 0 {
						panic("boom")
					}
					_, err := tx.Clients()
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		for _, who := range []context.Context{ctx, t.Context()} {
			done.Go(func() {
				err := s.View(who, access.Everything(), func(*Tx) error {
					read++
					return nil
				})
				if errors.Is(err, context.Canceled) != (who == ctx) {
					t.Errorf("answered %v", err)
				}
			})
		}
		synctest.Wait()
		if read > 0 {
			t.Error("there are more readers than connections")
		}
		cancel()
		synctest.Wait()
		close(goOn)
		done.Wait()
		if read != 1 || len(s.readers.idle) != most || len(s.readers.slots) != 0 {
			t.Errorf("%d read at last, %d of %d connections are idle", read, len(s.readers.idle), most)
		}
	})
}
