package wording

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// contractFuncs are what messages about contracts may call on the values of the core.
func contractFuncs(v *Voice) template.FuncMap {
	l := v.language
	say := func(id string) string { return v.Text(id) }
	party := func(p any) string { return say("contract.party." + fmt.Sprint(p)) }
	activity := func(a any) string { return say("contract.activity." + fmt.Sprint(a)) }
	target := func(t any) string { return say("contract.target." + fmt.Sprint(t)) }
	report := func(r any) string { return say("contract.report." + fmt.Sprint(r)) }
	channel := func(c any) string { return say("contract.channel." + fmt.Sprint(c)) }
	return template.FuncMap{
		"length": func(n contract.Length) string { return length(v, n) },
		"date":   func(d calendar.Date) string { return Date(l, d) },
		"month": func(d calendar.Date) string {
			return say("contract.month."+strconv.Itoa(int(d.Month))) + " " + strconv.Itoa(d.Year)
		},
		"weekday": func(d time.Weekday) string { return say("contract.weekday." + strconv.Itoa(int(d))) },
		"window":  func(from, to calendar.LocalTime) string { return window(l, from, to) },
		"money":   func(m contract.Money) string { return money(l, m) },
		"percent": func(p any) string { return decimal(l, p) + nbsp + "%" },
		"percents": func(p []int) string {
			return List(l, eachOf(p, func(n any) string { return fmt.Sprint(n) })) + nbsp + "%"
		},
		"decimal":    func(n float64) string { return decimal(l, n) },
		"party":      party,
		"parties":    func(list []catalog.Party) string { return List(l, eachOf(list, party)) },
		"either":     func(list []catalog.Party) string { return either(l, eachOf(list, party)) },
		"activity":   activity,
		"activities": func(list []catalog.Activity) string { return List(l, eachOf(list, activity)) },
		"target":     target,
		"targets":    func(list []contract.TargetKind) string { return List(l, eachOf(list, target)) },
		"model":      func(w any) string { return say("contract.model." + fmt.Sprint(w)) },
		"tier":       func(w any) string { return say("contract.tier." + fmt.Sprint(w)) },
		"kind":       func(w any) string { return say("contract.kind." + fmt.Sprint(w)) },
		"row":        func(w any) string { return say("contract.row." + fmt.Sprint(w)) },
		"service":    func(w any) string { return say("contract.service." + fmt.Sprint(w)) },
		"approval":   func(w any) string { return say("contract.approval." + fmt.Sprint(w)) },
		"event":      func(w any) string { return say("contract.event." + fmt.Sprint(w)) },
		"channels":   func(list []string) string { return List(l, eachOf(list, channel)) },
		"report":     report,
		"reports":    func(list []string) string { return List(l, eachOf(list, report)) },
		"cadence":    func(w any) string { return say("contract.cadence_word." + fmt.Sprint(w)) },
		"part":       func(w any) string { return say("contract.part." + fmt.Sprint(w)) },
		"capital":    capital,
	}
}

func eachOf[T any](list []T, say func(any) string) []string {
	said := make([]string, len(list))
	for i, one := range list {
		said[i] = say(one)
	}
	return said
}

// capital begins a sentence with what would be small inside one.
func capital(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:size]) + text[size:]
}

// either joins words of which one holds: "the client, a third party or the platform".
func either(l Language, words []string) string {
	or := " or "
	if l == Dutch {
		or = " of "
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + or + words[len(words)-1]
}

// length writes a promised length of time: "4 h", "90 min" as "1 h 30", "5 working days".
func length(v *Voice, n contract.Length) string {
	if n.WorkDays > 0 {
		return v.Text("contract.work_days", "count", n.WorkDays)
	}
	return Duration(n.Open)
}

// Date writes a civil date: "Tue 1 Dec 2026".
func Date(l Language, d calendar.Date) string {
	if l == Dutch {
		return fmt.Sprintf("%s %d %s %d", dutchWeekdays[d.Weekday()], d.Day, dutchMonths[d.Month-1], d.Year)
	}
	return d.Start(time.UTC).Format("Mon 2 Jan 2006")
}

func window(l Language, from, to calendar.LocalTime) string {
	whole := from.Minute == 0 && to.Minute == 24*60
	switch {
	case from.Date == to.Date && whole:
		return Date(l, from.Date)
	case from.Date == to.Date:
		return Date(l, from.Date) + " " + from.Minute.String() + "–" + to.Minute.String()
	case whole:
		return Date(l, from.Date) + " – " + Date(l, to.Date)
	default:
		return Date(l, from.Date) + " " + from.Minute.String() + " – " + Date(l, to.Date) + " " + to.Minute.String()
	}
}

// decimal writes a number with as many decimals as it has.
func decimal(l Language, n any) string {
	text := fmt.Sprint(n)
	if l == Dutch {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

// money writes an amount with the decimals of its currency: "EUR 4,500.00".
func money(l Language, m contract.Money) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	thousands, point := ",", "."
	if l == Dutch {
		thousands, point = ".", ","
	}
	text := fmt.Sprintf("%0*d", digits+1, m.Minor)
	whole, part := text[:len(text)-digits], text[len(text)-digits:]
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + thousands + whole[at:]
	}
	if part != "" {
		whole += point + part
	}
	return m.Currency + nbsp + whole
}

// mostItems bounds how many parts of a long list are named.
const mostItems = 6

// Change says one thing that an amendment changes.
func (v *Voice) Change(c contract.Change) string {
	if c.From.Code != "" {
		return v.Text("contract.change", "about", c.About, "from", c.From, "to", c.To)
	}
	return v.Text("contract.change_list", "about", c.About, "added", v.some(c.Added), "removed", v.some(c.Removed),
		"moved", len(c.Added)+len(c.Removed) == 0)
}

// some names the first of a list and counts the rest.
func (v *Voice) some(items []reason.Reason) string {
	said := make([]string, min(len(items), mostItems))
	for i := range said {
		said[i] = v.Reason(items[i])
	}
	text := strings.Join(said, "; ")
	if more := len(items) - len(said); more > 0 {
		return v.Text("contract.and_more", "items", text, "count", more)
	}
	return text
}
