package web

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// icons are the pictures of what people report.
var icons = map[ticket.Step]ui.Icon{
	"logged": ui.IconInbox, "titled": ui.IconTag, "classified": ui.IconTag, "assigned": ui.IconUser, "acknowledged": ui.IconCheck,
	"replied": ui.IconMessageSquare, "wrote": ui.IconMessageSquare, "noted": ui.IconLock, "waits": ui.IconPause, "resumed": ui.IconPlay,
	"escalated": ui.IconArrowUp, "restored": ui.IconActivity, "resolved": ui.IconCircleCheck, "closed": ui.IconApprove, "reopened": ui.IconAgain,
	"merged": ui.IconGitMerge, "absorbed": ui.IconGitMerge, "linked": ui.IconLink, "unlinked": ui.IconLink, "attached": ui.IconPaperclip,
	"due_agreed": ui.IconClock, "due_withdrawn": ui.IconClock, "root_cause_published": ui.IconReport, "worked": ui.IconClock,
	"work_withdrawn": ui.IconAgain, "not_shown": ui.IconEye,
}

// reportedLate is how much later than it happened an entry is recorded before that is said.
const reportedLate = time.Minute

// entries says the timeline.
func (s *ticketVoice) entries() []page.Entry {
	all := make([]page.Entry, 0, len(s.t.Entries))
	last := ""
	for i := range s.t.Entries {
		one := s.entry(&s.t.Entries[i])
		if day := wording.Day(s.voice.Language(), one.At); day != last {
			one.Day, last = day, day
		}
		all = append(all, one)
	}
	return all
}

func (s *ticketVoice) entry(e *app.EntryView) page.Entry {
	step := ticket.StepOf(e.Fact)
	one := page.Entry{Entry: ui.Entry{
		ID: "e-" + strconv.Itoa(e.Number), At: s.in(e.At), Icon: icons[step], Decided: e.Decided(), By: s.name(e.By), Did: s.did(e.Fact),
		Text: e.Text, Inside: !e.Public && e.Text != "",
	}}
	if !e.Decided() && e.Recorded.Sub(e.At) >= reportedLate {
		one.Late = s.voice.Text("desk.late", "at", wording.Moment(s.voice.Language(), s.in(e.Recorded), s.in(e.At)))
	}
	switch f := e.Fact.(type) {
	case ticket.Attached:
		one.Files = s.files(f.File)
		one.Inside = f.Internal
	case ticket.Assigned:
		if e.By.Automated {
			one.Why = s.voice.Reason(s.t.Routed)
		}
	}
	return one
}

func (s *ticketVoice) files(id string) []page.File {
	for _, f := range s.t.Files {
		if f.ID == id {
			path := pathOf(s.t.ClientSlug, s.t.Key)
			one := page.File{Name: f.Name, Href: path + "/files/" + f.ID, Size: s.voice.Text("desk.size", "kib", (f.Size+1023)/1024)}
			if isPicture(f.Media) {
				one.Picture = path + "/pictures/" + f.ID
			}
			return []page.File{one}
		}
	}
	return nil
}

// did says what an entry reports or concludes, after the name of who did it.
func (s *ticketVoice) did(f ticket.Fact) string {
	id := "desk.did." + f.Name()
	switch f := f.(type) {
	case ticket.Logged:
		return s.voice.Text(id, "kind", s.voice.Text("desk.kind."+f.Kind.String()), "priority", f.Priority)
	case ticket.Classified:
		return s.voice.Text(id, "priority", f.Priority)
	case ticket.Assigned:
		if f.Person == "" {
			return s.voice.Text("desk.did.routed", "level", f.Level)
		}
		return s.voice.Text(id, "level", f.Level, "person", s.names[f.Person])
	case ticket.Waits:
		return s.voice.Text(id, "party", s.partyName(f.For, s.t.ClientName))
	case ticket.Escalated:
		return s.voice.Text(id, "level", f.Level, "hierarchical", f.Hierarchical)
	case ticket.Restored:
		return s.voice.Text(id, "workaround", f.Workaround)
	case ticket.Replied:
		return s.voice.Text(id, "client", s.t.ClientName)
	case ticket.Merged:
		return s.voice.Text(id, "key", f.Into)
	case ticket.Absorbed:
		return s.voice.Text(id, "key", f.Key)
	case ticket.Linked:
		return s.voice.Text(id, "relation", s.voice.Text("desk.relation."+string(f.Relation)), "key", f.Key)
	case ticket.Unlinked:
		return s.voice.Text(id, "relation", s.voice.Text("desk.relation."+string(f.Relation)), "key", f.Key)
	case ticket.DueAgreed:
		return s.voice.Text(id, "target", f.Target, "due", s.in(f.Due))
	case ticket.DueWithdrawn:
		return s.voice.Text(id, "target", f.Target)
	case ticket.Worked:
		return s.voice.Text(id, "minutes", minutes(f.Minutes), "role", string(f.Role), "day", f.Day)
	case ticket.WorkWithdrawn:
		return s.voice.Text(id, "entry", f.Entry)
	case ticket.NotShown:
		return s.voice.Text(id, "target", f.Target)
	case ticket.Warned:
		return s.voice.Text(id, "target", f.Target, "percent", f.Percent)
	case ticket.Breached:
		return s.voice.Text(id, "target", f.Target)
	case ticket.Withdrawn:
		return s.voice.Text(id, "target", f.Target)
	default:
		return s.voice.Text(id)
	}
}
