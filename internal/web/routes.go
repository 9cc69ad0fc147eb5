package web

import "slices"

// allRoutes is the registry: every address of the site. The test of the tenant matrix walks it.
// Each noun lists its addresses in its own file.
func (s *Site) allRoutes() []Route {
	return slices.Concat(
		s.homeRoutes(),
		s.signInRoutes(),
		s.entryRoutes(),
		s.queueRoutes(),
		s.newRoutes(),
		s.ticketRoutes(),
		s.hoursRoutes(),
		s.noticeRoutes(),
		s.portalRoutes(),
		s.clientRoutes(),
		s.firstRunRoutes(),
		s.meRoutes(),
		s.peopleRoutes(),
		s.outboxRoutes(),
		s.findRoutes(),
	)
}
