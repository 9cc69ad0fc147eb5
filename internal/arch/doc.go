// Package arch holds the rules of the house as tests: who may import whom, what the core
// must not know, where time comes from, how large things may grow.
//
// It has no code of its own. Each rule is a function from parsed sources to findings, and
// has a twin test on small sources in memory that shows it sees the fault it is there for.
// docs/architecture.md tells the same rules in words.
package arch
