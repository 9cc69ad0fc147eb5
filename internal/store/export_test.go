package store

// WalkLess has searches on PostgreSQL look at so many tickets one by one, so that a test with
// few tickets goes the way of many.
func (s *Store) WalkLess(tickets int) {
	if s.engine.search.walks > 0 {
		less := *s.engine.search
		less.walks = tickets
		s.engine.search = &less
	}
}
