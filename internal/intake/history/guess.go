package history

import (
	"maps"
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

// usualNames are folded names under which sources keep a column, English and Dutch, the most
// telling first.
var usualNames = map[string][]string{
	"id": {
		"ticket", "ticketid", "ticketnumber", "ticketkey", "incident", "incidentid", "incidentnumber", "number",
		"issuekey", "issueid", "caseid", "caseconceptname", "case", "srnumber", "key", "id", "ticketnummer", "nummer", "meldingnummer", "incidentnummer",
	},
	"state":    {"incidentstate", "ticketstate", "state", "status", "ticketstatus", "newstatus", "lifecycletransition", "conceptname", "activity"},
	"changed":  {"changedat", "changed", "sysupdatedat", "sysupdatedon", "updatedat", "updated", "timetimestamp", "timestamp", "eventtime", "completetimestamp", "time", "datetime", "date", "gewijzigd", "gewijzigdop", "bijgewerkt", "tijdstip"},
	"order":    {"sysmodcount", "modcount", "sequence", "seq", "revision", "changenumber"},
	"opened":   {"openedat", "opened", "createdat", "created", "reportedat", "opentime", "loggedat", "syscreatedat", "syscreatedon", "aangemaakt", "aangemaaktop", "geopend", "aangemeld"},
	"priority": {"priority", "prio", "prioriteit"},
	"impact":   {"impact"},
	"urgency":  {"urgency", "urgentie"},
	"group":    {"assignmentgroup", "supportgroup", "orggroup", "team", "group", "queue", "groep", "behandelgroep"},
	"assignee": {"assignedto", "assignee", "agent", "behandelaar", "toegewezenaan"},
	"actor":    {"actor", "sysupdatedby", "updatedby", "changedby", "orgresource", "author", "user"},
	"minutes":  {"minutes", "minutesworked", "timespentminutes", "effortminutes", "minuten"},
	"hours":    {"hours", "hoursworked", "timespenthours", "efforthours", "uren"},
	"role":     {"role", "rol"},
}

// usuallyMissing are what sources write for "not known".
var usuallyMissing = []string{"?", "NULL", "null", "NaN", "N/A", "n/a", "None", "UNKNOWN"}

// guessMapping makes a mapping for a file: a built-in one where its columns fit, else one
// by the usual names of columns. States, priorities and the form of dates are found later,
// when all rows have been seen.
func guessMapping(format string, header []string, states func(column string) []string) Mapping {
	for _, p := range profiles {
		column, _ := columnNamed(header, p.mapping.Columns.State)
		if m, ok := p.fits(header, idColumns(format, header), states(column)); ok {
			return m.clone()
		}
	}
	m := Mapping{Kind: catalog.Incident, Missing: usuallyMissing, Shows: Shows{Response: ResponseLeavingNew}}
	taken := map[string]bool{}
	for _, key := range columnKeys {
		for _, name := range usualNames[key] {
			names := header
			if key == "id" {
				names = idColumns(format, header)
			}
			if h, ok := columnNamed(names, name); ok && !taken[h] {
				*m.Columns.of(key) = h
				taken[h] = true
				break
			}
		}
	}
	return m.clone()
}

// idColumns are the columns that can tell which ticket a row is of. In XES that is what the
// trace says: an event's own name or id would make a ticket of every event.
func idColumns(format string, header []string) []string {
	if format != FormatXES {
		return header
	}
	var ofTrace []string
	for _, h := range header {
		if strings.HasPrefix(h, tracePrefix) {
			ofTrace = append(ofTrace, h)
		}
	}
	return ofTrace
}

func (m Mapping) clone() Mapping {
	m.States, m.Labels = maps.Clone(m.States), maps.Clone(m.Labels)
	m.Priorities, m.Impacts, m.Urgencies = maps.Clone(m.Priorities), maps.Clone(m.Impacts), maps.Clone(m.Urgencies)
	m.Missing, m.Shows.RootCause = slices.Clone(m.Missing), slices.Clone(m.Shows.RootCause)
	return m
}

// hints are parts of state names and what they usually mean. The first that is found wins.
var hints = []struct {
	part  string
	means Meaning
}{
	{"reopen", MeansWorking},
	{"heropen", MeansWorking},
	{"leverancier", MeansWaitsThirdParty},
	{"wacht", MeansWaitsProvider},
	{"opgelost", MeansRestored},
	{"hersteld", MeansRestored},
	{"gesloten", MeansClosed},
	{"afgesloten", MeansClosed},
	{"afgehandeld", MeansClosed},
	{"geannuleerd", MeansClosed},
	{"behandeling", MeansWorking},
	{"toegewezen", MeansWorking},
	{"nieuw", MeansNew},
	{"aangemeld", MeansNew},
	{"awaitingassign", MeansNew},
	{"unassign", MeansNew},
	{"vendor", MeansWaitsThirdParty},
	{"supplier", MeansWaitsThirdParty},
	{"third", MeansWaitsThirdParty},
	{"3rd", MeansWaitsThirdParty},
	{"awaiting", MeansWaitsProvider},
	{"waiting", MeansWaitsProvider},
	{"wait", MeansWaitsProvider},
	{"pending", MeansWaitsProvider},
	{"onhold", MeansWaitsProvider},
	{"hold", MeansWaitsProvider},
	{"suspend", MeansWaitsProvider},
	{"resolved", MeansRestored},
	{"solved", MeansRestored},
	{"fixed", MeansRestored},
	{"restored", MeansRestored},
	{"closed", MeansClosed},
	{"cancel", MeansClosed},
	{"done", MeansClosed},
	{"complete", MeansClosed},
	{"reject", MeansClosed},
	{"progress", MeansWorking},
	{"active", MeansWorking},
	{"assigned", MeansWorking},
	{"accept", MeansWorking},
	{"working", MeansWorking},
	{"acknowledge", MeansWorking},
	{"investigat", MeansWorking},
	{"escalat", MeansWorking},
	{"new", MeansNew},
	{"logged", MeansNew},
	{"queued", MeansNew},
	{"registered", MeansNew},
	{"open", MeansNew},
	{"todo", MeansNew},
}

// theirSide are parts of names of waiting states in which the client has the ball.
var theirSide = []string{"user", "client", "customer", "caller", "requester", "reporter", "info", "evidence", "reply", "klant", "melder", "gebruiker"}

// guessMeaning reads the name of a state. What it cannot read stays undecided.
func guessMeaning(state string) Meaning {
	folded := fold(state)
	for _, h := range hints {
		if !strings.Contains(folded, h.part) {
			continue
		}
		if h.means == MeansWaitsProvider && slices.ContainsFunc(theirSide, func(s string) bool { return strings.Contains(folded, s) }) {
			return MeansWaitsClient
		}
		return h.means
	}
	return MeansUndecided
}

// gradeWords are words for grade 1 to 4.
var gradeWords = [...][]string{
	{"critical", "urgent", "highest", "blocker", "emergency", "showstopper", "kritiek", "spoed"},
	{"high", "major", "hoog"},
	{"moderate", "medium", "normal", "average", "normaal", "middel", "gemiddeld"},
	{"low", "minor", "lowest", "trivial", "planning", "laag"},
}

// guessGrade reads "1 - Critical", "P2", "High" as a number from 1 to 4. It gives 0 for other
// texts, such as "P9", "5 - Planning" or "Urgent!!": their rows are faults until a person says
// what they mean.
func guessGrade(text string) uint8 {
	folded := fold(text)
	for _, letter := range []string{"priority", "sev", "p", "i", "u", "s"} {
		if rest, ok := strings.CutPrefix(folded, letter); ok && rest != "" && '1' <= rest[0] && rest[0] <= '9' {
			folded = rest
			break
		}
	}
	if folded != "" && '0' <= folded[0] && folded[0] <= '9' {
		if folded[0] == '0' || folded[0] > '4' || len(folded) > 1 && '0' <= folded[1] && folded[1] <= '9' {
			return 0
		}
		return folded[0] - '0'
	}
	for i, words := range gradeWords {
		if slices.Contains(words, strings.ToLower(tidy(text))) {
			return uint8(i + 1)
		}
	}
	return 0
}
