package web

import (
	"strconv"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
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
		c := &s.t.Clocks[i]
		w := ui.Why{
			ID: "why-" + c.Kind.String(), Title: s.voice.Text("desk.why", "target", c.Kind), Says: []string{s.voice.Reason(c.Reason)},
			Contract: s.voice.Text("desk.contract", "client", s.t.ClientName, "contract", s.t.Contract, "version", c.Version),
			Href:     "/clients/" + s.t.ClientSlug + "/contracts/" + s.t.Contract, Clause: clauseOf(c.Target),
			Since: s.voice.Text("desk.since", "at", s.in(c.Since)),
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
		all = append(all, w)
	}
	return all
}

// clauseOf is the line of the contract file that says the target.
func clauseOf(t *contract.Target) string {
	if t == nil || t.Clause.Line == 0 {
		return ""
	}
	return t.Clause.File + ":" + strconv.Itoa(t.Clause.Line)
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
