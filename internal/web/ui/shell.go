package ui

import (
	"time"

	"github.com/watchbill/watchbill/internal/wording"
)

// Frame is what stands around every page: who looks, where they are, what the time is.
type Frame struct {
	Voice *wording.Voice
	Title string // of the page, without the name of the product
	// Theme is what the person chose, "light" or "dark", kept in the cookie "theme"; "" leaves
	// it to the system. Density is "roomy" for rows of 44 px.
	Theme, Density string
	// KeysOff switches single keys off: WCAG 2.1.4 wants that a person can.
	KeysOff bool
	Now     time.Time // in the zone of the person
	Person  string    // their name; "" when nobody is signed in
	Account string    // address of their own page
	// Home is the name of the installation, such as "Kade Support".
	Home   string
	Crumbs []Crumb // from the outermost; the last one is this page
	Nav    []NavGroup
	Foot   []NavItem
	Dock   []NavItem // three, on a phone, beside what opens Nav and Foot there
	Watch  []WatchItem
	// Long lets the page grow and scroll as a whole, as a settings page does; a desk page
	// fills the window and scrolls inside.
	Long bool
	// Find is the address of the search page, which also answers the palette below ?q=.
	Find string
	// Said is what was just done, "" for nothing.
	Said string
	// Action is the one thing that a page of the portal leads to, such as "Report a problem".
	Action *Act
}

// Crumb is a place above the page.
type Crumb struct{ Text, Href string }

// NavGroup is a part of the sidebar; the first has no title.
type NavGroup struct {
	Title string
	Items []NavItem
	Add   string // address of what makes a new one, "" for none
	AddAs string // its name: "New view"
}

// NavItem is a place that one can go to.
type NavItem struct {
	Text    string
	Href    string
	Icon    Icon
	Key     string // "g q"
	Count   string // "" for none
	AtRisk  bool   // the count is of promises in danger
	Current bool
}

// letter stands for an item without an icon where the sidebar is narrow.
func (i NavItem) letter() string { return Initials(i.Text)[:1] }

// WatchItem is one fact of the watch line: "On watch **Noor** L2 until 18:00 CET".
type WatchItem struct {
	Before, Strong, After string
	Href                  string
	Icon                  Icon
}

func (f Frame) language() string { return string(f.Voice.Language()) }

// current is the text of this page's own crumb.
func (f Frame) current() string {
	if len(f.Crumbs) == 0 {
		return f.Title
	}
	return f.Crumbs[len(f.Crumbs)-1].Text
}

func (f Frame) above() []Crumb {
	if len(f.Crumbs) == 0 {
		return nil
	}
	return f.Crumbs[:len(f.Crumbs)-1]
}
