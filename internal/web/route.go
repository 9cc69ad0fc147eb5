package web

import (
	"net/http"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// door says who may come to an address. The zero door lets nobody in, and a route with it
// stops the server from starting.
type door uint8

const (
	shut      door = iota
	anybody        // also who has not signed in
	signedIn       // everybody who has
	staffOnly      // people of the provider
	clientsOnly
)

// Route is an address of the site and what may be asked of it.
type Route struct {
	Method string
	Path   string // a pattern of http.ServeMux
	// Needs is the permission that a use case behind the route asks for; "" for routes that
	// need none beyond their door. Who lacks it is turned away before anything is read.
	Needs access.Permission

	door  door
	serve func(*visit) error
}

// Public tells whether people who have not signed in may come.
func (r *Route) Public() bool { return r.door == anybody }

// StaffOnly and ClientsOnly tell whether only one side may come.
func (r *Route) StaffOnly() bool { return r.door == staffOnly }

// ClientsOnly tells whether only people of clients may come.
func (r *Route) ClientsOnly() bool { return r.door == clientsOnly }

// Codes of what goes wrong between a browser and the site.
const (
	CodePageUnknown reason.Code = "web.page_unknown" //
	CodeSignedOut   reason.Code = "web.signed_out"   //
	CodeForm        reason.Code = "web.form"         // the form cannot be read
	CodeFormLarge   reason.Code = "web.form_large"   // most: MiB
	CodeFormOld     reason.Code = "web.form_old"     // its token is of another session
	CodeOrigin      reason.Code = "web.origin"       // the request comes from another site
	CodeUnavailable reason.Code = "web.unavailable"  // something that the desk needs does not answer
	CodeBroken      reason.Code = "web.broken"       // an error of ours
	CodeFieldWrong  reason.Code = "web.field_wrong"  // field, value
	CodeStreams     reason.Code = "web.streams"      // most: pages of one person that hear of changes
	CodeNoLength    reason.Code = "web.no_length"    // field, value
)

// lets tells whether somebody may come through the door of a route: nil, or a fault. Where
// only the other side may come there is nothing to be seen.
func (r *Route) lets(who access.Actor) error {
	unknown := fault.New(fault.NotFound, CodePageUnknown)
	switch {
	case r.door == anybody:
		return nil
	case who.Role == access.Visitor:
		return fault.New(fault.SignedOut, CodeSignedOut)
	case r.door == staffOnly && !who.Role.Staff(), r.door == clientsOnly && !who.Role.OfClient():
		return unknown
	case r.Needs != "" && !who.May(r.Needs):
		return who.Authorise(r.Needs)
	}
	return nil
}

// secret tells whether an address holds a secret, which no other address may learn: also where
// nothing answers, or a request is refused.
func secret(path string) bool {
	return path == setUpPath || strings.HasPrefix(path, app.InvitationPath) || strings.HasPrefix(path, app.ResetPath)
}

// changes tells whether a request may change something, and so must prove where it comes from.
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead
}
