package store

import (
	"context"
	"time"
)

// WalkLess has searches on PostgreSQL look at so many tickets one by one, so that a test with
// few tickets goes the way of many.
func (s *Store) WalkLess(tickets int) {
	if s.engine.search.walks > 0 {
		less := *s.engine.search
		less.walks = tickets
		s.engine.search = &less
	}
}

// SetClocks has the store go by other clocks: what the wall clock says, and how long a clock
// that nobody can set has run. With PostgreSQL instants then follow this wall clock as well.
func (s *Store) SetClocks(read func() (wall time.Time, run time.Duration)) {
	s.time.mu.Lock()
	defer s.time.mu.Unlock()
	s.time.pace, s.time.ask = pace{}, nil
	s.time.machine = func() reading {
		wall, run := read()
		return reading{wall, run}
	}
}

// SetNode puts the wall clock of this machine off by as much, and leaves that of the database.
func (s *Store) SetNode(off time.Duration) {
	s.time.mu.Lock()
	defer s.time.mu.Unlock()
	s.time.machine = func() reading {
		r := machineTime()
		r.wall = r.wall.Add(off)
		return r
	}
}

// AskTime asks the database for its time now, and not only when it is due.
func (s *Store) AskTime(ctx context.Context) error {
	if s.time.ask == nil {
		return nil
	}
	return s.time.askDatabase(ctx)
}

// Instant is what Now is unless somebody sets it.
func (s *Store) Instant() time.Time { return s.instant() }

// Local tells whether the database is a file.
func (s *Store) Local() bool { return s.engine.local }
