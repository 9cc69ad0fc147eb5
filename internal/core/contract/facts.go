package contract

import (
	"fmt"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Fact is one thing that a document says: what it is about, and what it says of it. Two
// documents with the same facts are the same contract.
type Fact struct {
	key   string // tells facts of two documents apart
	of    string // the key of the fact that this one is a detail of
	About reason.Reason
	Says  reason.Reason
	// Items are the parts of a long list, compared one by one.
	Items []reason.Reason
	Where fault.Position
}

// What facts are about.
const (
	CodeAboutClient     reason.Code = "contract.about_client"
	CodeAboutName       reason.Code = "contract.about_name"
	CodeAboutModel      reason.Code = "contract.about_model"
	CodeAboutTemplate   reason.Code = "contract.about_template"
	CodeAboutTier       reason.Code = "contract.about_tier"
	CodeAboutNumber     reason.Code = "contract.about_number"
	CodeAboutEffective  reason.Code = "contract.about_effective"
	CodeAboutZone       reason.Code = "contract.about_zone"
	CodeAboutSites      reason.Code = "contract.about_sites"
	CodeAboutOption     reason.Code = "contract.about_option"        // option
	CodeAboutOpen       reason.Code = "contract.about_open_tickets"  //
	CodeAboutPriorityCh reason.Code = "contract.about_priority_mode" //
	CodeAboutWeek       reason.Code = "contract.about_week"          // calendar
	CodeAboutHolidays   reason.Code = "contract.about_holidays"      // calendar
	CodeAboutClosed     reason.Code = "contract.about_closed"        // calendar
	CodeAboutOpenings   reason.Code = "contract.about_openings"      // calendar
	CodeAboutRow        reason.Code = "contract.about_row"           // row
	CodeAboutTarget     reason.Code = "contract.about_target"        // kind, priority, target
	CodeAboutGoal       reason.Code = "contract.about_goal"          // kind, priority, target
	CodeAboutWarn       reason.Code = "contract.about_warn"          // kind, priority, target
	CodeAboutCredit     reason.Code = "contract.about_credit"        // kind, priority, target
	CodeAboutPause      reason.Code = "contract.about_pause"         // target
	CodeAboutPriority   reason.Code = "contract.about_priority"      // impact, urgency
	CodeAboutOwner      reason.Code = "contract.about_owner"         // level
	CodeAboutActivity   reason.Code = "contract.about_activity"      // activity
	CodeAboutOLA        reason.Code = "contract.about_ola"           // ola, priority, target
	CodeAboutApprover   reason.Code = "contract.about_approver"      // what
	CodeAboutEscalation reason.Code = "contract.about_escalation"    // priority
	CodeAboutMessages   reason.Code = "contract.about_messages"      //
	CodeAboutReport     reason.Code = "contract.about_report"        // report
)

// What facts say.
const (
	CodeText     reason.Code = "contract.text"     // text
	CodeModelIs  reason.Code = "contract.model_is" // model
	CodeTierIs   reason.Code = "contract.tier_is"  // tier
	CodeNumberIs reason.Code = "contract.number_is"
	CodeDateIs   reason.Code = "contract.date_is" // date
	CodeList     reason.Code = "contract.list"    // items
	CodeOn       reason.Code = "contract.on"
	CodeOff      reason.Code = "contract.off"
	CodeMode     reason.Code = "contract.mode"   // mode
	CodeAround   reason.Code = "contract.around" //
	CodeWeekIs   reason.Code = "contract.week_is"
	CodeDays     reason.Code = "contract.days"          // from, to, hours
	CodeHoliday  reason.Code = "contract.holiday"       // date, name
	CodeWindowIs reason.Code = "contract.window_is"     // from, to
	CodeCount    reason.Code = "contract.count_days"    // count
	CodeCover    reason.Code = "contract.cover"         // calendar, by, rota, priorities
	CodeTime     reason.Code = "contract.time"          // length, around, calendar, kpi
	CodeRelease  reason.Code = "contract.next_release"  //
	CodeNone     reason.Code = "contract.none"          //
	CodePercent  reason.Code = "contract.percent"       // percent
	CodePercents reason.Code = "contract.percents"      // percents
	CodeCredit   reason.Code = "contract.credit"        // percent
	CodeParties  reason.Code = "contract.parties"       // parties
	CodeIs       reason.Code = "contract.priority_is"   // priority
	CodeAnswers  reason.Code = "contract.answers"       // level, accountable, responsible
	CodeShare    reason.Code = "contract.share"         // length, party, critical
	CodeStep     reason.Code = "contract.step"          // after, to
	CodeMessage  reason.Code = "contract.message"       // event, to, by, within, every
	CodeCadence  reason.Code = "contract.cadence"       // cadence
	CodeSpan     reason.Code = "contract.length"        // length
	CodeLate     reason.Code = "contract.about_late"    //
	CodeCloses   reason.Code = "contract.about_closing" //
)

// facts collects what a document says.
type facts struct {
	*Document
	list []Fact
}

func (f *facts) add(where fault.Position, key string, about, says reason.Reason) {
	f.list = append(f.list, Fact{key: key, About: about, Says: says, Where: where})
}

// detail adds a fact that goes without saying when the one that it belongs to is gone.
func (f *facts) detail(of string, where fault.Position, key string, about, says reason.Reason) {
	f.list = append(f.list, Fact{key: key, of: of, About: about, Says: says, Where: where})
}

func (f *facts) addList(where fault.Position, key string, about reason.Reason, items []reason.Reason) {
	f.list = append(f.list, Fact{
		key: key, About: about, Says: reason.New(CodeCount, "count", len(items)), Items: items, Where: where,
	})
}

// Facts lists all that a document says, in the order in which people read it.
func (d *Document) Facts() []Fact {
	f := &facts{Document: d}
	f.head()
	f.calendars()
	f.coverage()
	f.targets()
	f.rules()
	f.pools()
	f.parties()
	f.people()
	return f.list
}

func text(s string) reason.Reason { return reason.New(CodeText, "text", s) }

func (f *facts) head() {
	say := func(key string, code reason.Code, says reason.Reason) {
		f.add(f.said(key), key, reason.New(code), says)
	}
	say("client", CodeAboutClient, text(f.Client))
	say("contract", CodeAboutName, text(f.Name))
	say("model", CodeAboutModel, reason.New(CodeModelIs, "model", string(f.Model)))
	say("template", CodeAboutTemplate, text(f.Template))
	if f.Tier != "" {
		say("tier", CodeAboutTier, reason.New(CodeTierIs, "tier", string(f.Tier)))
	}
	say("version", CodeAboutNumber, reason.New(CodeNumberIs, "number", f.Number))
	say("effective", CodeAboutEffective, reason.New(CodeDateIs, "date", f.Effective))
	say("zone", CodeAboutZone, text(f.Zone))
	if len(f.Sites) > 0 {
		f.addList(f.said("sites"), "sites", reason.New(CodeAboutSites), texts(f.Sites))
	}
	for _, option := range []Option{P1Around} {
		if chosen, offered := f.Options[option]; offered {
			f.add(f.said("options"), "option/"+string(option), reason.New(CodeAboutOption, "option", string(option)), onOff(chosen))
		}
	}
	say("open_tickets", CodeAboutOpen, reason.New(CodeMode, "mode", f.OpenTickets.word()))
	say("priority_change", CodeAboutPriorityCh, reason.New(CodeMode, "mode", f.PriorityChange.word()))
}

func onOff(on bool) reason.Reason {
	if on {
		return reason.New(CodeOn)
	}
	return reason.New(CodeOff)
}

func texts(list []string) []reason.Reason {
	said := make([]reason.Reason, len(list))
	for i, s := range list {
		said[i] = text(s)
	}
	return said
}

// word is how a file writes a mode.
func (m Mode) word() string { return [...]string{"keep", "forward", "retroactive"}[m] }

func (f *facts) coverage() {
	for _, row := range Rows {
		c := f.Coverage[row]
		f.add(c.Where, "coverage/"+string(row), reason.New(CodeAboutRow, "row", string(row)), c.says())
	}
}

func (c *Cover) says() reason.Reason {
	if c.Calendar.Text == "" {
		return reason.New(CodeNone)
	}
	var priorities []string
	for _, p := range c.For {
		priorities = append(priorities, p.String())
	}
	return reason.New(CodeCover, "calendar", c.Calendar.Text, "by", c.By, "rota", c.Rota, "priorities", priorities)
}

func (f *facts) targets() {
	for kind := catalog.Incident; kind <= catalog.Enhancement; kind++ {
		for p := catalog.P1; p <= catalog.P4; p++ {
			for t := range NumTargets {
				if clause := f.Targets[kind][p][t]; clause != nil {
					f.target(clause, kind, p, TargetKind(t))
				}
			}
		}
	}
}

func (f *facts) target(clause *TargetClause, kind catalog.Kind, p catalog.Priority, t TargetKind) {
	key := fmt.Sprintf("%s/%s/%s", kind, p, t)
	about := func(code reason.Code) reason.Reason {
		return reason.New(code, "kind", kind, "priority", p, "target", t)
	}
	f.add(clause.Where, "target/"+key, about(CodeAboutTarget), f.time(clause, f.SLA[p][t].Text))
	if clause.Goal > 0 {
		f.detail("target/"+key, clause.Where, "goal/"+key, about(CodeAboutGoal), reason.New(CodePercent, "percent", clause.Goal))
	}
	if len(clause.Warn) > 0 {
		f.detail("target/"+key, clause.Where, "warn/"+key, about(CodeAboutWarn), reason.New(CodePercents, "percents", clause.Warn))
	}
	if clause.Credit > 0 {
		f.detail("target/"+key, clause.Where, "credit/"+key, about(CodeAboutCredit), reason.New(CodeCredit, "percent", clause.Credit))
	}
}

// time says a target: how long, on which calendar where that is not the ordinary one, and
// whether it is measured only.
func (d *Document) time(clause *TargetClause, on string) reason.Reason {
	switch c := d.CalendarOf(on); {
	case clause == nil:
		return reason.New(CodeNone)
	case clause.NextRelease:
		return reason.New(CodeRelease)
	default:
		around := c != nil && c.Spec.Always
		other := on
		if around || on == d.ordinary() {
			other = ""
		}
		return reason.New(CodeTime, "length", clause.Within, "around", around, "calendar", other, "kpi", clause.Promise == KPI)
	}
}

// rules are what stops clocks and what makes a priority.
func (f *facts) rules() {
	for t := range NumTargets {
		if TargetKind(t) != RootCause {
			f.add(f.said("pauses"), "pause/"+targetKeys[t], reason.New(CodeAboutPause, "target", TargetKind(t)), parties(f.Pauses[t].List()))
		}
	}
	for i := catalog.Impact(1); i <= 4; i++ {
		for u := catalog.Urgency(1); u <= 4; u++ {
			f.add(f.said("priorities"), fmt.Sprintf("priority/%s/%s", i, u),
				reason.New(CodeAboutPriority, "impact", i, "urgency", u), reason.New(CodeIs, "priority", f.Priorities[i][u]))
		}
	}
}

func parties(list []catalog.Party) reason.Reason {
	if len(list) == 0 {
		return reason.New(CodeNone)
	}
	return reason.New(CodeParties, "parties", list)
}

func (f *facts) parties() {
	for l := catalog.L0; l <= catalog.L3; l++ {
		if owner := f.Levels[l]; owner != 0 {
			f.add(f.said("levels"), "level/"+l.String(), reason.New(CodeAboutOwner, "level", l), parties([]catalog.Party{owner}))
		}
	}
	for _, a := range f.Activities {
		f.add(a.Where, "activity/"+string(a.Activity), reason.New(CodeAboutActivity, "activity", a.Activity),
			reason.New(CodeAnswers, "level", a.Level, "accountable", a.Accountable, "responsible", a.Responsible))
	}
	for _, ola := range f.OLAs {
		for p := catalog.P1; p <= catalog.P4; p++ {
			if within := ola.Within[p]; within.Open > 0 {
				f.add(within.Where, fmt.Sprintf("ola/%s/%s/%s", ola.Name, p, ola.Under),
					reason.New(CodeAboutOLA, "ola", ola.Name, "priority", p, "target", ola.Under),
					reason.New(CodeShare, "length", Length{Open: within.Open}, "party", ola.Party, "critical", ola.Critical))
			}
		}
	}
}

// people are who approves, who is told, and which reports come.
func (f *facts) people() {
	f.add(f.said("backdate_max"), "backdate_max", reason.New(CodeLate), reason.New(CodeSpan, "length", f.BackdateMax))
	f.add(f.said("closes_after"), "closes_after", reason.New(CodeCloses), reason.New(CodeCount, "count", f.ClosesAfter))
	for _, a := range f.Approvers {
		f.add(f.said("approvers"), "approver/"+a.What, reason.New(CodeAboutApprover, "what", a.What), names(a.Roles))
	}
	for p := catalog.P1; p <= catalog.P4; p++ {
		if steps := f.steps(p); len(steps) > 0 {
			f.addList(f.said("escalation"), "escalation/"+p.String(), reason.New(CodeAboutEscalation, "priority", p), steps)
		}
	}
	if len(f.Communication) > 0 {
		f.addList(f.said("communication"), "communication", reason.New(CodeAboutMessages), f.messages())
	}
	for _, r := range f.Reports {
		f.add(f.said("reports"), "report/"+r.Report, reason.New(CodeAboutReport, "report", r.Report),
			reason.New(CodeCadence, "cadence", r.Cadence))
	}
}

func names(list []string) reason.Reason {
	if len(list) == 0 {
		return reason.New(CodeNone)
	}
	return reason.New(CodeList, "items", slices.Clone(list))
}

func (d *Document) steps(p catalog.Priority) []reason.Reason {
	var steps []reason.Reason
	for _, s := range d.Escalation[p] {
		steps = append(steps, reason.New(CodeStep, "after", s.After, "to", s.To))
	}
	return steps
}

func (d *Document) messages() []reason.Reason {
	var messages []reason.Reason
	for _, m := range d.Communication {
		messages = append(messages, reason.New(CodeMessage, "event", m.Event, "to", m.To, "by", m.By, "within", m.Within, "every", m.Every))
	}
	return messages
}
