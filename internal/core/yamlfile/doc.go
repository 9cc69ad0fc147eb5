// Package yamlfile reads YAML files that people write by hand: contracts, mappings of
// histories, assumed effort. It gives a plain tree in which every value knows its place, and
// refuses what could cost much time or memory before the YAML library sees it: large files,
// deep nesting, aliases, a second document.
package yamlfile
