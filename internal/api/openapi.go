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
					"A request with the header Idempotency-Key can be sent again: what it asks for is done once. A step with the header " +
					"If-Match is refused when somebody else overtook it.",
				License: &huma.License{Name: "MIT"},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
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
