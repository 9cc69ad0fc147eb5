// Package web serves the pages of the desk and the portal.
//
// Every address stands in the registry of routes.go with its door: who may come in. A handler
// decodes what was sent, calls one use case, and renders a page or leads to one; it holds no rule.
// Pages work without script; what script adds hangs on the same addresses.
package web

//go:generate go tool -modfile=../../tools/go.mod templ generate -path page
