package contract

import "github.com/watchbill/watchbill/internal/core/yamlfile"

// maxBytes bounds a contract file: in full, with the holidays of five countries for thirty
// years, it has less than 60 kB.
const maxBytes = 96 << 10

// maxCalendars bounds the calendars of a contract: each is looked at year by year.
const maxCalendars = 50

type (
	node = yamlfile.Node
	pair = yamlfile.Pair
)
