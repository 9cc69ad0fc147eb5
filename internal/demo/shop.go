package demo

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

//go:embed contracts/*.yaml
var contractFiles embed.FS

// brand is what the demonstration knows of a client.
type brand struct {
	slug, name, site string
	busy             float64  // tickets on a working day
	people           []string // the lead, then who asks most
	second           []string // who works on it at L2, the first one most
	items, places    []string
	campaign         int // how many days ago its last campaign began, which lasted four days
	versions         int // of its contract
}

var brands = []brand{
	{
		slug: "fietswereld", name: "Fietswereld", site: "fietswereld.example", busy: 2.7, campaign: 38, versions: 2,
		people: []string{"Jelle", "Femke"}, second: []string{"Noor", "Bram", "Sem"},
		items:  []string{"e-bike accu", "Stadsfiets Nova 7", "fietstas Regen 40", "helm Luma", "kettingslot 110"},
		places: []string{"Utrecht", "Haarlem", "Zwolle", "Breda", "Groningen"},
	},
	{
		slug: "casa-linnen", name: "Casa Linnen", site: "casalinnen.example", busy: 2.8, campaign: 12, versions: 1,
		people: []string{"Marco", "Giulia"}, second: []string{"Mila", "Sem", "Bram"},
		items:  []string{"linen duvet Siena", "bath towels Onda", "curtains Luce", "table cloth Prato", "cushion Nido"},
		places: []string{"Belgium", "Milan", "Lyon", "Austria", "Turin"},
	},
	{
		slug: "nordic-audio", name: "Nordic Audio", site: "nordicaudio.example", busy: 2.9, campaign: 61, versions: 1,
		people: []string{"Elin", "Aksel"}, second: []string{"Yara", "Noor", "Bram"},
		items:  []string{"amplifier N40", "headphones Fjell", "speaker cable 2 x 2.5", "turntable Vind", "soundbar Havn"},
		places: []string{"Oslo", "Stockholm", "Malmö", "Bergen", "Denmark"},
	},
	{
		slug: "bloemenhuis", name: "Bloemenhuis", site: "bloemenhuis.example", busy: 2.3, campaign: 24, versions: 1,
		people: []string{"Anouk", "Tess"}, second: []string{"Sem", "Lotte", "Bram"},
		items:  []string{"rozen Avalanche", "boeket Lente", "orchidee Wit", "tulpen 50 stuks", "krans Herfst"},
		places: []string{"Den Haag", "Amersfoort", "Leiden", "Apeldoorn", "Delft"},
	},
}

// shop is a brand with its contract and what has happened there.
type shop struct {
	*brand
	documents []*contract.Document
	terms     contract.Terms
	business  *calendar.Calendar
	lives     []*life
}

func openShop(b *brand, now time.Time) (*shop, error) {
	s := &shop{brand: b}
	for n := 1; n <= b.versions; n++ {
		name := fmt.Sprintf("contracts/%s-%d.yaml", b.slug, n)
		text, err := contractFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		// The files begin in the year 2000, the desk does in the year before its present.
		dated := strings.NewReplacer("2000-01-01", fmt.Sprintf("%d-01-01", now.Year()-1), "2000-01-02", amended(now).String())
		d, faults := contract.Parse(name, []byte(dated.Replace(string(text))))
		if len(faults) > 0 {
			return nil, faults
		}
		s.documents = append(s.documents, d)
	}
	terms, faults := contract.History(s.documents)
	if len(faults) > 0 {
		return nil, faults
	}
	s.terms = terms
	s.business = terms[0].Target(catalog.ServiceRequest, catalog.P3, contract.Resolution).Calendar
	return s, nil
}

// amended is the date of the amendment: 1 September where that lies well within the days
// that are told of, else 60 days ago.
func amended(now time.Time) calendar.Date {
	today := calendar.DateOf(now, time.UTC)
	september := calendar.DateOf(time.Date(now.Year(), 9, 1, 12, 0, 0, 0, time.UTC), time.UTC)
	if today.AddDays(-historyDays+5).Before(september) && september.Before(today.AddDays(-20)) {
		return september
	}
	return today.AddDays(-60)
}

// after is the instant at which open time has passed since another. The calendars of the
// demonstration open every week, so there is one.
func after(c *calendar.Calendar, from time.Time, open time.Duration) time.Time {
	at, _ := c.Due(from, open)
	return at.Truncate(time.Second)
}

// before is the last instant since which as much open time has passed until another.
func before(c *calendar.Calendar, until time.Time, open time.Duration) time.Time {
	lo, hi := until.Add(-60*24*time.Hour-3*open), until // the calendars open every week
	for hi.Sub(lo) > time.Second {
		middle := lo.Add(hi.Sub(lo) / 2)
		if c.Between(middle, until) >= open {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo.Truncate(time.Second)
}
