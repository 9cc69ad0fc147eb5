package web

import "github.com/watchbill/watchbill/internal/core/access"

// allRoutes is the registry: every address of the site. The test of the tenant matrix walks it.
func (s *Site) allRoutes() []Route {
	routes := []Route{
		{"GET", "/{$}", "", signedIn, s.home},
		{"POST", "/theme", "", anybody, s.theme},
		{"GET", "/events", access.ReadTickets, signedIn, s.events},

		{"GET", "/queue", access.ReadTickets, staffOnly, s.queue},
	}
	return routes
}
