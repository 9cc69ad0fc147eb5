package web

import (
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// eventsPath is what an open page listens to.
const eventsPath = "/events"

// homeRoutes are the addresses that belong to no noun.
func (s *Site) homeRoutes() []Route {
	routes := []Route{
		{"GET", "/{$}", "", signedIn, s.home},
		{"POST", "/theme", "", anybody, s.theme},
		{"GET", eventsPath, access.ReadTickets, signedIn, s.events},
	}
	if s.config.Development {
		routes = append(routes, Route{"GET", "/gallery", "", anybody, s.gallery})
	}
	return routes
}

// gallery shows every component in every state, to those who work on the pages.
func (s *Site) gallery(v *visit) error {
	return v.page(ui.Gallery(v.voice, v.themeCookie(), v.now().In(v.zone), v.field("page")))
}

// home leads to where one's work begins.
func (s *Site) home(v *visit) error {
	if v.actor.Role.OfClient() {
		return v.to("/portal")
	}
	return v.to("/queue")
}

// theme keeps light or dark in the browser, for those without script.
func (s *Site) theme(v *visit) error {
	theme := "dark"
	if c, err := v.r.Cookie("theme"); err == nil && c.Value == "dark" {
		theme = "light"
	}
	http.SetCookie(v.w, &http.Cookie{
		Name: "theme", Value: theme, Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second),
		Secure: s.config.secure(), SameSite: http.SameSiteLaxMode,
	})
	back := v.r.Referer()
	if u, err := v.r.URL.Parse(back); err == nil && back != "" && u.Host == v.r.Host {
		return v.to(u.RequestURI())
	}
	return v.to("/")
}
