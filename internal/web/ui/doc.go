// Package ui has the parts that pages are made of: one component a file, each a templ function
// over plain values.
//
// Texts come in already said. What a component must say itself it asks from the Voice that it
// is given. Instants come in the zone of the person who looks. No component has a style
// attribute, a handler or a script: looks are in internal/web/static/src/css, behaviour hangs
// on data attributes that internal/web/static/src/js knows, and without it every action is
// still a link or a form. Keys, too: an element with data-key="a" is what the key a presses.
package ui

//go:generate go tool -modfile=../../../tools/go.mod templ generate -path .
