package contract

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// Draft says what a new contract file begins with.
type Draft struct {
	Model     Model
	Tier      Tier // "" for a model without tiers: see HasTiers
	Client    string
	Zone      string        // IANA
	Holidays  []string      // seeds, such as NL@1; see UsualHolidays
	Effective calendar.Date // of the first version
	Week      string        // of the business calendar; "" is Monday to Friday, 09:00 to 17:30
	// Hours are those of a month, where the model has one pool for all; 0 leaves what the
	// template has.
	Hours int
}

// usualWeek is that of a draft that says no other.
const usualWeek = "Mon-Fri 09:00-17:30"

// UsualHolidays are the seeds of the holidays of a zone, none where we know of none.
func UsualHolidays(zone string) []string {
	if zone == "Europe/Amsterdam" {
		return []string{"NL@1"}
	}
	return nil
}

// HasTiers tells whether a contract of a model names a tier.
func HasTiers(m Model) bool { return templates()[Templates[m]].tiers != nil }

// OnePool tells whether a model has one pool of hours for all roles.
func OnePool(m Model) bool { return len(templates()[Templates[m]].document.Get("pools").Pairs) == 1 }

// YAML writes a first version: what a contract must say, and, commented out, what most
// change first. It does not check the draft; Parse does, on what was written.
func (d Draft) YAML() []byte {
	var b strings.Builder
	d.head(&b)
	fmt.Fprintf(&b, `
calendars:
  business:
    week: %q
    holidays: [%s]
    # closed: [2026-12-24 12:00-17:30]
    # open: [2026-11-28 09:00-22:00]
`, cmp.Or(d.Week, usualWeek), strings.Join(d.Holidays, ", "))
	if templates()[Templates[d.Model]].options.Get(string(P1Around)) != nil {
		fmt.Fprintf(&b, "\noptions:\n  p1_24x7: %t # clocks of P1 count day and night\n", d.Tier == Platinum)
	}
	b.WriteString(`
# Whatever the template says can be said otherwise here; the rest stays as it is there.
# targets:
#   incident:
#     P2: {restore: 10h}
`)
	d.pools(&b)
	return []byte(b.String())
}

// head writes what every file must say.
func (d Draft) head(b *strings.Builder) {
	line := func(key, value string) { fmt.Fprintf(b, "%s: %s\n", key, yamlfile.Quote(value)) }
	line("client", d.Client)
	line("template", Templates[d.Model])
	if d.Tier != "" {
		line("tier", string(d.Tier))
	}
	line("version", "1")
	line("effective", d.Effective.String())
	line("zone", d.Zone)
}

// pools writes the hours that the template has, for the reader to change.
func (d Draft) pools(b *strings.Builder) {
	b.WriteString("\npools:\n")
	for name, pool := range templates()[Templates[d.Model]].document.Get("pools").All() {
		hours := pool.Get("hours")
		switch {
		case hours == nil:
		case d.Hours != 0 && OnePool(d.Model):
			fmt.Fprintf(b, "  %s: {hours: %d}\n", name, d.Hours)
		default:
			fmt.Fprintf(b, "  %s: {hours: %s}\n", name, hours.Text)
		}
	}
}
