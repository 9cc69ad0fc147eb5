package web

import (
	"strconv"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// clocks says the clocks in the rail, the most pressing first. The key w asks why of the first.
func (s *ticketVoice) clocks() []ui.ClockRow {
	var rows []ui.ClockRow
	for i := range s.t.Clocks {
		c := &s.t.Clocks[i]
		row := ui.ClockRow{
			Face: ui.FaceOf(s.voice, c.Clock), Name: s.targetName(c.Kind), Why: "why-" + c.Kind.String(),
			Ask: s.voice.Text("desk.why", "target", c.Kind),
		}
		if c.Promise == contract.KPI {
			row.Name = s.voice.Text("ui.clock.kpi", "what", row.Name)
		}
		if i == 0 {
			row.Key = "w"
		}
		if !c.Due.IsZero() && c.Phase != clock.Stopped {
			row.Due = s.voice.Text("desk.due", "at", wording.Moment(s.voice.Language(), s.in(c.Due), s.in(s.t.Now)))
		}
		rows = append(rows, row)
	}
	for _, c := range s.t.NotStarted {
		rows = append(rows, ui.ClockRow{
			Face: ui.FaceOf(s.voice, c), Name: s.targetName(c.Kind), Due: s.voice.Text("desk.starts." + c.Kind.String()),
		})
	}
	return rows
}

func (s *ticketVoice) targetName(k contract.TargetKind) string {
	return s.voice.Text("desk.target." + k.String())
}

// whys says of each clock why it stands where it does.
func (s *ticketVoice) whys() []ui.Why {
	var all []ui.Why
	for i := range s.t.Clocks {
		all = append(all, s.why(&s.t.Clocks[i]))
	}
	return all
}

// why says why a clock stands where it does.
func (s *ticketVoice) why(c *clock.Explanation) ui.Why {
	w := ui.Why{
		ID: "why-" + c.Kind.String(), Title: s.voice.Text("desk.why", "target", c.Kind), Says: []string{s.voice.Reason(c.Reason)},
		Contract: s.voice.Text("desk.contract", "client", s.t.ClientName, "contract", s.t.Contract, "version", c.Version),
		Href:     contractPath(s.t.ClientSlug, s.t.Contract) + "?version=" + strconv.Itoa(c.Version),
		Since:    s.voice.Text("desk.since", "at", s.in(c.Since)),
	}
	if c.Target != nil && c.Target.Clause.Line > 0 {
		w.Clause = s.voice.Text("desk.line", "line", c.Target.Clause.Line)
		w.Href += lineLink(c.Target.Clause.Line)
	}
	for _, g := range c.Segments {
		w.Stretches = append(w.Stretches, ui.Stretch{
			Texture: ui.TextureOf(g.What), From: s.in(g.From), To: s.in(g.To), Label: s.segment(&g), Span: wording.Duration(g.To.Sub(g.From)),
		})
	}
	if c.Phase == clock.Running && c.Due.After(s.t.Now) {
		w.Stretches = append(w.Stretches, ui.Stretch{
			Texture: ui.Left, From: s.in(s.t.Now), To: s.in(c.Due), Label: s.voice.Text("ui.why.left"), Span: wording.Duration(c.Remaining),
		})
	}
	return w
}

// why says why the next clock of a ticket stands where it does: above a list where script asks,
// else on a page.
func (s *Site) why(v *visit) error {
	t, err := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if err != nil {
		return err
	}
	sees := &ticketVoice{visit: v, t: t}
	d := page.WhyData{
		Why: ui.Why{Title: v.voice.Text("desk.why_none")}, Priority: t.Ticket.Priority, Key: t.Key, Title: orKey(t.Title, t.Key),
		Path: pathOf(t.ClientSlug, t.Key),
	}
	if t.Face.Lane != clock.LaneNone {
		d.Face, d.Why = ui.FaceOf(v.voice, t.Clocks[0].Clock), sees.why(&t.Clocks[0])
	}
	if v.live() {
		return v.page(page.Why(ui.Frame{Voice: v.voice, Now: v.now().In(v.zone)}, d))
	}
	queue := ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: queuePath}
	return v.page(page.WhyPage(v.frame(d.Why.Title, queue, ui.Crumb{Text: t.Key, Href: d.Path}), d))
}

// segment says in few words what a clock did in a stretch of time.
func (s *ticketVoice) segment(g *clock.Segment) string {
	switch g.What {
	case clock.CodeCounted:
		return s.voice.Text("desk.segment.counted", "calendar", g.Calendar)
	case clock.CodePaused:
		return s.voice.Text("desk.segment.paused", "party", s.partyName(g.Party, s.t.ClientName))
	case clock.CodeShut:
		if g.Holiday != "" {
			return s.voice.Text("desk.segment.holiday", "name", g.Holiday)
		}
		return s.voice.Text("desk.segment.shut")
	case clock.CodeHalted:
		return s.voice.Text("desk.segment.halted")
	default:
		return s.voice.Text("desk.segment.no_target")
	}
}
