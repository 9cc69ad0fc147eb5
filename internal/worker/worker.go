// Package worker does what the desk does without being asked: it settles what falls due, hands
// over what waits in the outbox, brings what people wrote into the search, and forgets what need
// not be kept. It has the loops and the timers, and no rule.
package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
)

const (
	// leaseName is the work of which one process at a time does all.
	leaseName = "worker"
	// leaseLength is for how long the work stays with a process that says nothing.
	leaseLength = 15 * time.Second
	renewEvery  = leaseLength / 5

	// mostIdle is how long a loop sleeps at most: another process may have written something.
	mostIdle = time.Second
	// pace is the time between two rounds of a loop that has work, in which more gathers.
	pace = 25 * time.Millisecond
	// indexPace is that of the search: many tickets that are brought in together take half the
	// work, and nobody minds to find a ticket a tenth of a second later.
	indexPace = 100 * time.Millisecond
	// afterFailure is the time before a round that failed is tried again.
	afterFailure = time.Second
	// drainFor is how long what was begun may take when the program stops.
	drainFor = 8 * time.Second
	// stalledAfter is when a loop that should go round and does not is reported.
	stalledAfter = 30 * time.Second
)

// Worker is the loops over a desk. It is made by New and runs once.
type Worker struct {
	desk     *app.App
	channels app.Channels
	log      *slog.Logger
	holder   string

	mu     sync.Mutex
	leads  bool
	rounds map[string]*round
}

// round is how a loop is doing.
type round struct {
	last   time.Time // when it went round last
	failed error     // what its last round failed with
}

// New makes the worker of a desk that hands over through these channels.
func New(desk *app.App, channels app.Channels, log *slog.Logger) *Worker {
	return &Worker{desk: desk, channels: channels, log: log, holder: rand.Text(), rounds: map[string]*round{}}
}

// Run works until the context ends. Then it begins nothing more, waits for what it has begun,
// and gives the work to another process. While another process has the work it waits.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		w.round(ctx, "lease", w.lead)
		sleep(ctx, mostIdle, nil)
	}
}

// lead takes the lease, if it is to be had, and works for as long as it holds.
func (w *Worker) lead(ctx context.Context) error {
	asked := time.Now()
	lease, ok, err := w.desk.Acquire(ctx, app.Unasked(), leaseName, w.holder, leaseLength)
	if err != nil || !ok {
		return err
	}
	w.log.Info("worker: has the work", "fence", lease.Fence)
	w.setLeads(true)
	defer w.setLeads(false)
	// The loops end with ctx after their round; what a round has begun ends with working.
	working, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	going, stop := context.WithCancel(ctx)
	defer stop()
	var loops sync.WaitGroup
	changed := w.changes(going, &loops)
	loops.Go(func() {
		w.loop(going, "settle", pace, changed[0], func() (bool, error) { return w.settle(working) })
	})
	loops.Go(func() {
		w.loop(going, "deliver", pace, changed[1], func() (bool, error) { return w.deliver(working, lease) })
	})
	loops.Go(func() {
		w.loop(going, "index", indexPace, changed[2], func() (bool, error) { return w.index(working) })
	})
	loops.Go(func() {
		// Nothing that is committed is old, so it need not be woken.
		w.loop(going, "forget", pace, nil, func() (bool, error) { return w.desk.ForgetAnswers(working, app.Unasked()) })
	})
	err = w.keep(going, lease, asked)
	stop()
	if err != nil {
		abandon() // the work is somebody else's now
	}
	drain := time.AfterFunc(drainFor, abandon)
	loops.Wait()
	drain.Stop()
	// Another process need not wait for the lease to run out.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return errors.Join(err, w.desk.Release(last, app.Unasked(), lease))
}

// keep renews the lease until ctx ends. It fails when the lease is lost, or may be: when it
// could not be renewed for as long as it lasts, by a clock that nobody sets.
func (w *Worker) keep(ctx context.Context, lease app.Lease, renewed time.Time) error {
	for sleep(ctx, renewEvery, nil) {
		asked := time.Now()
		within, cancel := context.WithDeadline(ctx, renewed.Add(leaseLength))
		_, err := w.desk.Renew(within, app.Unasked(), lease, leaseLength)
		cancel()
		w.went("lease", err)
		switch {
		case err == nil:
			renewed = asked
		case ctx.Err() != nil: // the program ends
		case lost(err) || time.Since(renewed) >= leaseLength-renewEvery:
			return fmt.Errorf("worker: lost the work: %w", err)
		}
	}
	return nil
}

// lost tells whether a lease was given to somebody else, and not only out of reach.
func lost(err error) bool {
	faults := fault.All(err)
	return len(faults) > 0 && faults[0].Kind == fault.Conflict
}

// changes wakes each of three loops when something was committed in this process.
func (w *Worker) changes(ctx context.Context, loops *sync.WaitGroup) [3]chan struct{} {
	wakes := [3]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)}
	listener := w.desk.Listen(app.Unasked().Scope)
	loops.Go(func() {
		defer listener.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case <-listener.Wake():
			}
			listener.Take()
			for _, wake := range wakes {
				select {
				case wake <- struct{}{}:
				default: // it was woken already
				}
			}
		}
	})
	return wakes
}

// loop goes round until ctx ends: at once again while there is more to do, else when
// something falls due or is committed. Its rounds are at least so long apart.
func (w *Worker) loop(ctx context.Context, name string, apart time.Duration, changed <-chan struct{}, work func() (more bool, err error)) {
	for ctx.Err() == nil {
		var wait time.Duration
		w.round(ctx, name, func(ctx context.Context) error {
			wait = afterFailure
			more, err := work()
			if err != nil {
				return err
			}
			if more {
				wait = apart
				return nil
			}
			wait, err = w.desk.Idle(ctx, app.Unasked())
			wait = min(max(wait, apart), mostIdle)
			return err
		})
		// What comes within that time is done together.
		if sleep(ctx, min(wait, apart), nil) && wait > apart {
			sleep(ctx, wait-apart, changed)
		}
	}
}

// round does one round of a loop and notes how it went. A panic ends the round and nothing
// else.
func (w *Worker) round(ctx context.Context, name string, work func(context.Context) error) {
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				w.log.Error("worker: panic", "loop", name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				err = fmt.Errorf("worker: panic: %v", p)
			}
		}()
		return work(ctx)
	}()
	if err != nil && ctx.Err() == nil {
		w.log.Warn("worker: a round failed", "loop", name, "error", err.Error())
	}
	w.went(name, err)
}

// settle settles all that is due. Idle says when there is more.
func (w *Worker) settle(ctx context.Context) (more bool, err error) {
	_, err = w.desk.Settle(ctx, app.Unasked())
	return false, err
}

// deliver hands over one batch.
func (w *Worker) deliver(ctx context.Context, lease app.Lease) (more bool, err error) {
	done, err := w.desk.Deliver(ctx, app.Unasked(), lease, w.channels)
	return done.Total() > 0, err
}

// index brings one batch of what people wrote into the search.
func (w *Worker) index(ctx context.Context) (more bool, err error) {
	n, err := w.desk.Index(ctx, app.Unasked())
	return n > 0, err
}

// sleep waits for a while, or until it is woken or ctx ends; then it is false.
func sleep(ctx context.Context, length time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
	return ctx.Err() == nil
}
