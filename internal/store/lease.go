package store

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// Lease is the right of one process to do a piece of work, until an instant. Fence tells it
// from every other lease of the name: what is written under a lease that was given to
// somebody else is refused.
type Lease struct {
	Name   string
	Holder string
	Fence  int
	Until  time.Time
}

// Acquire takes the lease of a name for a while. It is false when somebody else holds it.
func (tx *Tx) Acquire(name, holder string, length time.Duration) (Lease, bool, error) {
	l := Lease{Name: name, Holder: holder, Until: tx.Now.Add(length)}
	fences, err := query(tx, scanOne[int], `
		INSERT INTO leases (name, holder, fence, until) VALUES ($1, $2, 1, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1, until = excluded.until
		WHERE leases.until <= $4
		RETURNING fence`, name, holder, millis(l.Until), millis(tx.Now))
	if err != nil || len(fences) == 0 {
		return Lease{}, false, err
	}
	l.Fence = fences[0]
	return l, true, nil
}

// Renew lets a lease last for a while from now. CodeLeaseLost says that it was given to
// somebody else; one that is merely over is renewed.
func (tx *Tx) Renew(l Lease, length time.Duration) (Lease, error) {
	l.Until = tx.Now.Add(length)
	n, err := tx.exec(`UPDATE leases SET until = $4 WHERE name = $1 AND holder = $2 AND fence = $3`,
		l.Name, l.Holder, l.Fence, millis(l.Until))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, CodeLeaseLost, "name", l.Name)
	}
	return l, err
}

// Release gives a lease back. One that was given to somebody else stays theirs.
func (tx *Tx) Release(l Lease) error {
	_, err := tx.exec(`UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2 AND fence = $3`, l.Name, l.Holder, l.Fence)
	return err
}

// Hold makes sure that a lease has not been given to somebody else by the time that the
// transaction is kept. CodeLeaseLost says that it was.
func (tx *Tx) Hold(l Lease) error {
	fences, err := query(tx, scanOne[int], `SELECT fence FROM leases WHERE name = $1 AND holder = $2 AND fence = $3`,
		l.Name, l.Holder, l.Fence)
	if err == nil && len(fences) == 0 {
		err = fault.New(fault.Conflict, CodeLeaseLost, "name", l.Name)
	}
	return err
}
