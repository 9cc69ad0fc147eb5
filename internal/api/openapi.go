package api

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// describe is the OpenAPI document before the operations are added, and how the library is
// set up: JSON only, and no pages of its own.
func describe() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Watchbill", Version: "1",
				Description: "The desk for programs: tickets, their clocks and why, steps, work, views and contracts.\n\n" +
					"Send a token in the header Authorization: Bearer TOKEN. Instants are RFC 3339 in UTC, spans whole seconds, " +
					"work whole minutes. What goes wrong is application/problem+json (RFC 9457). Sentences come in English or Dutch: " +
					"ask with Accept-Language.\n\n" +
					"A request with the header Idempotency-Key can be sent again for a week: what it asks for is done once. A step with the header " +
					"If-Match is refused when somebody else overtook it.",
				License: &huma.License{Name: "Apache-2.0"},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "An API token, which its owner makes on the desk."},
				},
			},
		},
		Formats:       huma.DefaultFormats, // JSON
		DefaultFormat: "application/json",
	}
}

// overrideErrors has the library report what it finds wrong as a Problem. Its own errors
// show what went wrong inside, and give rejected values back.
var overrideErrors = sync.OnceFunc(func() {
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		for _, err := range errs {
			if p, ok := err.(*Problem); ok { //nolint:errorlint // it comes as it is
				return p
			}
		}
		c := callerOf(ctx.Context())
		switch status {
		case http.StatusRequestEntityTooLarge:
			return c.problem(ctx.Context(), fault.New(fault.Invalid, CodeBodyLarge, "most", (ctx.Operation().MaxBodyBytes-1)>>10))
		case http.StatusRequestTimeout:
			return c.problem(ctx.Context(), fault.New(fault.Invalid, CodeSlow))
		case http.StatusBadRequest:
			return c.problem(ctx.Context(), fault.New(fault.Invalid, CodeBodyMissing))
		case http.StatusUnprocessableEntity:
			return c.problem(ctx.Context(), fault.New(fault.Invalid, CodeUnreadable))
		default: // with what the library found, for the log
			return c.problem(ctx.Context(), &libraryError{status, errs})
		}
	}
})

// libraryError is what the library found wrong, for the log.
type libraryError struct {
	status int
	found  []error
}

func (e *libraryError) Error() string {
	return fmt.Sprintf("huma %d: %v", e.status, errors.Join(e.found...))
}

// loosen lets what the API answers grow: only what is sent to it is held to the fields that
// are described.
func (r *routes) loosen() {
	o := r.huma.OpenAPI()
	sent := map[string]bool{}
	for _, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				reach(o.Components.Schemas, media.Schema, sent)
			}
		}
	}
	for name, s := range o.Components.Schemas.Map() {
		if !sent[schemaPrefix+name] {
			s.AdditionalProperties = nil
		}
	}
}

// reach notes the references that a schema leads to.
func reach(all huma.Registry, s *huma.Schema, sent map[string]bool) {
	if s == nil || sent[s.Ref] && s.Ref != "" {
		return
	}
	if s.Ref != "" {
		sent[s.Ref] = true
		s = all.SchemaFromRef(s.Ref)
	}
	reach(all, s.Items, sent)
	for _, p := range s.Properties {
		reach(all, p, sent)
	}
}

// schemaPrefix begins the references to the objects of the document.
const schemaPrefix = "#/components/schemas/"
