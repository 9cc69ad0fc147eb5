package web

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	page "github.com/watchbill/watchbill/internal/web/page/hours"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// Codes of a ticket that somebody names by its key alone.
const (
	CodeTicketUnknown reason.Code = "web.ticket_unknown" // field, key
	CodeWhichTicket   reason.Code = "web.which_ticket"   // field, key, tickets
)

// hoursPath is where one's own hours are.
const hoursPath = "/hours"

func (s *Site) hoursRoutes() []Route {
	return []Route{
		{"GET", hoursPath, access.ReadWork, staffOnly, s.hours},
		{"POST", hoursPath, access.LogWork, staffOnly, s.logHours},
	}
}

// hours shows what one worked in a week, by ticket and day.
func (s *Site) hours(v *visit) error { return v.hoursPage(http.StatusOK, nil) }

// logHours logs work on a ticket that is named by its key.
func (s *Site) logHours(v *visit) error {
	ref, err := v.namedTicket()
	if err == nil {
		fact, wrong := v.readWorked()
		if err = wrong; err == nil {
			_, err = s.app.Take(v.ctx(), v.actor, ref, v.command(), app.Step{Fact: fact, Text: v.field("text")})
		}
	}
	if err == nil {
		v.say(v.voice.Text("hours.logged", "minutes", v.field("minutes"), "key", ref.Key))
		return v.to(weekPath(v.day()))
	}
	if len(fault.All(err)) == 0 {
		return err
	}
	return v.hoursPage(v.statusOf(err), err)
}

// namedTicket finds the ticket that a person names: INC-214, or fietswereld/INC-214 where
// several clients have one of that number.
func (v *visit) namedTicket() (app.Ref, error) {
	typed := v.field("ticket")
	client, key, both := strings.Cut(typed, "/")
	if !both {
		key = typed
	}
	found, err := v.site.app.Jump(v.ctx(), v.actor, strings.TrimSpace(key), mostHits)
	if err != nil {
		return app.Ref{}, err
	}
	var refs []string
	for i := range found {
		if !both || found[i].ClientSlug == strings.TrimSpace(client) {
			refs = append(refs, found[i].ClientSlug+"/"+found[i].Key)
		}
	}
	switch len(refs) {
	case 0:
		return app.Ref{}, fault.New(fault.Invalid, CodeTicketUnknown, "field", "ticket", "key", typed)
	case 1:
		client, key, _ = strings.Cut(refs[0], "/")
		return app.Ref{Client: client, Key: key}, nil
	}
	return app.Ref{}, fault.New(fault.Invalid, CodeWhichTicket, "field", "ticket", "key", typed, "tickets", refs)
}

// day is the day that the address or the form names, today for none.
func (v *visit) day() calendar.Date {
	for _, name := range []string{"week", "day"} {
		if day, err := calendar.ParseDate(v.field(name)); err == nil {
			return day
		}
	}
	return v.today()
}

func (v *visit) today() calendar.Date { return calendar.DateOf(v.now(), v.zone) }

func weekPath(day calendar.Date) string { return hoursPath + "?week=" + day.String() }

// hoursPage shows the week, with a form whose work could not be logged, if any.
func (v *visit) hoursPage(status int, problem error) error {
	week, err := v.site.app.OwnWeek(v.ctx(), v.actor, v.day())
	if err != nil {
		return err
	}
	fields, other := v.errorsOf(problem)
	w := &weekVoice{visit: v, week: &week, here: weekPath(week.Monday)}
	d := page.Data{
		Title: w.title(), Problem: other, Before: weekPath(week.Monday.AddDays(-7)), After: weekPath(week.Monday.AddDays(7)), Now: hoursPath,
		Caption: v.voice.Text("hours.caption"), Days: w.days(), Rows: w.rows(), Total: w.total(nil), Lines: w.lines(), Here: w.here,
	}
	if v.actor.May(access.LogWork) {
		d.Log = w.form(fields)
	}
	return v.render(status, page.Page(v.frame(v.voice.Text("hours.title")), d))
}

// weekVoice says a week of work.
type weekVoice struct {
	*visit
	week *app.Week
	here string
}

func (w *weekVoice) title() string {
	return w.voice.Text("hours.week", "from", w.week.Monday, "to", w.week.Monday.AddDays(6), "worked", w.total(nil))
}

// total adds up the work that some condition holds for.
func (w *weekVoice) total(of func(*app.PersonWork) bool) string {
	sum := 0
	for i := range w.week.Works {
		if of == nil || of(&w.week.Works[i]) {
			sum += w.week.Works[i].Minutes
		}
	}
	if sum == 0 {
		return ""
	}
	return minutes(sum)
}

func (w *weekVoice) days() []ui.Day {
	days, today := make([]ui.Day, 7), w.today()
	for i := range days {
		day := w.week.Monday.AddDays(i)
		name := wording.Day(w.voice.Language(), day.Start(time.UTC))
		days[i] = ui.Day{
			Name: name, Today: day == today, Shut: i > 4,
			Total: w.total(func(p *app.PersonWork) bool { return p.Day == day }),
		}
	}
	return days
}

// rows are the tickets that were worked on, in the order in which that began.
func (w *weekVoice) rows() []ui.WeekRow {
	var rows []ui.WeekRow
	seen := map[string]bool{}
	for i := range w.week.Works {
		one := &w.week.Works[i]
		if seen[one.Stream] {
			continue
		}
		seen[one.Stream] = true
		row := ui.WeekRow{Title: orKey(one.Title, one.Key), Key: one.Key, Href: pathOf(one.ClientSlug, one.Key), Note: one.ClientName}
		for d := range 7 {
			row.Cells = append(row.Cells, w.cell(one, w.week.Monday.AddDays(d)))
		}
		row.Total = w.total(func(p *app.PersonWork) bool { return p.Stream == one.Stream })
		rows = append(rows, row)
	}
	return rows
}

// cell leads to the lines of a day and ticket, or to where one logs the first.
func (w *weekVoice) cell(of *app.PersonWork, day calendar.Date) ui.WeekCell {
	cell := ui.WeekCell{As: w.voice.Text("hours.log_on", "key", of.Key, "day", day)}
	for i := range w.week.Works {
		p := &w.week.Works[i]
		if p.Stream != of.Stream || p.Day != day {
			continue
		}
		if cell.Href == "" {
			cell.Href = "#" + lineID(p)
		}
		cell.Late = cell.Late || enteredLate(p, w.zone)
	}
	if cell.Href != "" {
		cell.Text = w.total(func(p *app.PersonWork) bool { return p.Stream == of.Stream && p.Day == day })
		cell.As = w.voice.Text("hours.show", "key", of.Key, "day", day)
		return cell
	}
	if w.actor.May(access.LogWork) && !w.today().Before(day) {
		cell.Href = pathOf(of.ClientSlug, of.Key) + "/worked?day=" + day.String() + "&back=" + w.here
	}
	return cell
}

// enteredLate tells whether work was entered more than two days after it was done.
func enteredLate(p *app.PersonWork, zone *time.Location) bool {
	return p.Day.AddDays(2).Before(calendar.DateOf(p.Recorded, zone))
}

func lineID(p *app.PersonWork) string {
	return "w-" + p.ClientSlug + "-" + p.Key + "-" + strconv.Itoa(p.Seq)
}

// lines are the entries of the week, day by day.
func (w *weekVoice) lines() []page.Line {
	lines := make([]page.Line, len(w.week.Works))
	for i := range w.week.Works {
		p := &w.week.Works[i]
		path := pathOf(p.ClientSlug, p.Key)
		lines[i] = page.Line{
			ID: lineID(p), Key: p.Key, Href: path + "#e-" + strconv.Itoa(p.Seq), Title: orKey(p.Title, p.Key), Length: minutes(p.Minutes),
			Says: w.voice.Text("hours.line", "activity", p.Activity, "role", string(p.Role), "client", p.ClientName),
			Once: rand.Text(),
		}
		if i == 0 || w.week.Works[i-1].Day != p.Day {
			lines[i].Day = wording.Day(w.voice.Language(), p.Day.Start(time.UTC))
		}
		if enteredLate(p, w.zone) {
			lines[i].Late = w.voice.Text("hours.late", "day", calendar.DateOf(p.Recorded, w.zone))
		}
		if w.actor.May(access.CorrectOwn) {
			lines[i].Back = path + "/work_withdrawn?entry=" + strconv.Itoa(p.Seq)
		}
	}
	return lines
}

// form is where work is logged on any ticket.
func (w *weekVoice) form(fields map[string]string) *page.Log {
	day := w.week.Monday
	if today := w.today(); !today.Before(day) && today.Before(day.AddDays(7)) {
		day = today
	}
	l := &page.Log{
		Ticket: w.input("ticket", "", fields), Length: w.input("minutes", "", fields), Day: w.input("day", day.String(), fields),
		Hidden: w.keptHidden(0),
	}
	l.Ticket.Label, l.Ticket.Required, l.Ticket.Placeholder = w.voice.Text("desk.field.key"), true, "INC-214"
	l.Ticket.Attrs = map[string]any{"list": "own-tickets", "autocomplete": "off", "data-key": "l"}
	l.Length.Required, l.Length.Placeholder, l.Length.Hint = true, w.voice.Text("desk.minutes_example"), w.voice.Text("desk.minutes_hint")
	l.Day.Type = "date"
	l.Day.Attrs = map[string]any{"max": w.today().String()}
	for _, r := range w.rows() {
		client, _, _ := strings.Cut(strings.TrimPrefix(r.Href, "/tickets/"), "/")
		l.Own = append(l.Own, ui.Option{Value: client + "/" + r.Key, Text: r.Title})
	}
	return l
}
