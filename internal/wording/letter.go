package wording

import (
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Letter is a message in the words of one language. Subject is one line; no part but Quote
// has line ends.
type Letter struct {
	Subject string
	Lines   []string // paragraphs
	Quote   string   // what a person wrote, "" for nothing
	Action  string   // what the link is for
	Link    string   // where it leads, "" for none
	Footer  string   // why the reader gets this
}

// maxLetter is how many signs of what a person wrote go into a letter; the rest is on the desk.
const maxLetter = 10_000

// Letter writes a message about a ticket or about the access of a person. Base is the
// address of the desk, without a slash at its end.
func (v *Voice) Letter(m *notice.Message, base string) Letter {
	if m.Zone != nil {
		v = v.In(m.Zone)
	}
	args := []any{
		"key", m.Key, "title", m.Title, "client", m.Client, "name", m.Name, "by", m.By, "about", m.About, "at", m.Caused,
		"agent", m.Args["agent"], "base", base, "erased", m.Kind.ShowsText() && m.Text == "", "kind", m.Args["kind"],
		"count", notice.Count(m.Args), "from", notice.LeapOf(m.Args).From, "to", notice.LeapOf(m.Args).To,
	}
	clocks := v.clockLines(m)
	if len(clocks) > 0 {
		args = append(args, "clock", clocks[0])
	} else {
		args = append(args, "clock", "")
	}
	l := Letter{
		Subject: v.Text("notify.subject."+string(m.Kind), args...),
		Lines:   append([]string{v.Text("notify.text."+string(m.Kind), args...)}, clocks...),
		Quote:   quotable(m.Text),
	}
	l.Action, l.Link = v.letterLink(m, base)
	l.Footer = v.Text("notify.automatic")
	if m.Why != "" {
		l.Footer = v.Reason(reason.Reason{Code: m.Why}) + " " + l.Footer
	}
	return l
}

// clockLines say what became of the clocks, the first one with its due time.
func (v *Voice) clockLines(m *notice.Message) []string {
	var lines []string
	for i, c := range notice.Clocks(m.Args[notice.ArgClocks]) {
		var due time.Time // of the others it is not known here
		if i == 0 {
			due = m.Due
		}
		lines = append(lines, v.Text("notify.clock."+string(c.Kind), "target", c.Target, "percent", c.Percent, "due", due))
	}
	return lines
}

// letterLink is where a letter leads: to the door for those that let the reader in, else to
// the ticket, or to what the reader can see of their own.
func (v *Voice) letterLink(m *notice.Message, base string) (action, link string) {
	switch {
	case m.Path != "" && m.Kind == notice.Invitation:
		return v.Text("notify.action.invitation"), base + m.Path
	case m.Path != "":
		return v.Text("notify.action.reset"), base + m.Path
	case m.Key != "":
		return v.Text("notify.action.ticket", "key", m.Key), base + "/tickets/" + m.ClientSlug + "/" + m.Key
	case m.Kind == notice.Leapt:
		return v.Text("notify.action.queue"), base + "/queue"
	default:
		return v.Text("notify.action.profile"), base + "/me"
	}
}

// quotable is what a person wrote, without what steers a reader's program, and cut.
func quotable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = Printable(strings.ReplaceAll(lines[i], "\t", "    "))
	}
	text = strings.TrimSpace(strings.Join(lines, "\n"))
	if runes := []rune(text); len(runes) > maxLetter {
		return string(runes[:maxLetter]) + "…"
	}
	return text
}
