package access

import "slices"

// Among gives those of the clients that lie in the scope, or all of the scope when none is
// named. The second result says that it is all clients, present and future.
func (s Scope) Among(clients []string) ([]string, bool) {
	switch {
	case len(clients) == 0:
		return s.clients, s.all
	case s.all:
		return clients, false
	default:
		return slices.DeleteFunc(slices.Clone(clients), func(c string) bool { return !s.Has(c) }), false
	}
}
