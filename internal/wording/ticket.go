package wording

import (
	"fmt"
	"text/template"
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
)

// ticketFuncs are what messages about tickets and their clocks may call on the values of the
// core.
func ticketFuncs(v *Voice) template.FuncMap {
	say := func(id string) string { return v.Text(id) }
	return template.FuncMap{
		"step":  func(s any) string { return say("ticket.step." + fmt.Sprint(s)) },
		"state": func(s any) string { return say("ticket.state." + fmt.Sprint(s)) },
		// over is how much a clock is over its due, said without the sign of what remains.
		"over":  func(remaining time.Duration) string { return Duration(-remaining) },
		"isKPI": func(p contract.Promise) bool { return p == contract.KPI },
	}
}
