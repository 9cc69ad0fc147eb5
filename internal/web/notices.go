package web

import (
	"context"
	"strconv"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
	page "github.com/watchbill/watchbill/internal/web/page/notices"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// noticesPath is where one finds what one was told.
const noticesPath = "/notices"

func (s *Site) noticeRoutes() []Route {
	return []Route{
		{"GET", noticesPath, access.OwnNotices, staffOnly, s.notices},
		{"POST", noticesPath + "/{notice}/read", access.OwnNotices, staffOnly, s.readNotice},
		{"POST", noticesPath + "/{notice}/read-all", access.OwnNotices, staffOnly, s.readNotices},
	}
}

// noticesAPage is how many notices a page has.
const noticesAPage = 50

// notices lists what one was told, the newest first.
func (s *Site) notices(v *visit) error {
	before := v.r.URL.Query().Get("before")
	list, err := s.app.Notices(v.ctx(), v.actor, before, noticesAPage)
	if err != nil {
		return err
	}
	clients, err := s.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	slugs := make(map[string]string, len(clients))
	for _, c := range clients {
		slugs[c.ID] = c.Slug
	}
	d := page.Data{}
	if before != "" {
		d.First = noticesPath
	}
	if len(list) == noticesAPage {
		d.Next = noticesPath + "?before=" + list[len(list)-1].ID
	}
	last := ""
	for i := range list {
		n := &list[i]
		if n.Seen.IsZero() && d.All == "" {
			d.All = n.ID
		}
		if day := wording.Day(v.voice.Language(), n.At.In(v.zone)); day != last {
			d.Days, last = append(d.Days, page.Day{Name: day}), day
		}
		of := &d.Days[len(d.Days)-1]
		of.Rows = append(of.Rows, v.noticeRow(n, slugs[n.Ref.Client]))
	}
	return v.page(page.Page(v.frame(v.voice.Text("web.nav.notices")), d))
}

// noticeRow says a notice as its letter would. Client is the word for its client in addresses.
func (v *visit) noticeRow(n *app.Notice, client string) page.Row {
	why := notice.Why(n.Args)
	row := page.Row{
		ID: n.ID, At: n.At.In(v.zone), New: n.Seen.IsZero(), Mood: moodOf(n.Kind),
		Says: v.voice.Letter(&notice.Message{Kind: n.Kind, Args: n.Args, Key: n.Key, Title: n.Title, Caused: n.At}, "").Subject,
	}
	if why != "" {
		row.Why = v.voice.Reason(reason.New(why))
	}
	if n.Kind == notice.Leapt {
		row.Href = queuePath
	}
	if n.Key != "" {
		row.Href = pathOf(client, n.Key)
		if n.Seq > 0 {
			row.Href += "#e-" + strconv.Itoa(n.Seq)
		}
	}
	return row
}

// moodOf is how much a notice asks for the eye.
func moodOf(k notice.Kind) ui.Mood {
	switch k {
	case notice.Breached, notice.Parked, notice.Stuck:
		return ui.Danger
	case notice.Warned, notice.Leapt:
		return ui.Concern
	default:
		return ui.Plain
	}
}

// readNotice notes that one has read a notice.
func (s *Site) readNotice(v *visit) error {
	if err := s.app.MarkNoticeRead(v.ctx(), v.actor, v.r.PathValue("notice")); err != nil {
		return err
	}
	s.counts.forget(noticesKey(v.actor))
	return v.to(noticesPath)
}

// readNotices notes that one has read a notice and all before it.
func (s *Site) readNotices(v *visit) error {
	if err := s.app.MarkNoticesRead(v.ctx(), v.actor, v.r.PathValue("notice")); err != nil {
		return err
	}
	s.counts.forget(noticesKey(v.actor))
	return v.to(noticesPath)
}

func noticesKey(who access.Actor) string { return "notices of " + who.ID }

// unread is how many notices one has not read, "" for none: it stands on every page, and is
// counted anew after a while only.
func (v *visit) unread() string {
	site, actor, ctx := v.site, v.actor, context.WithoutCancel(v.ctx())
	of := site.counts.get(noticesKey(actor), site.app.Now, func() (map[string]int, error) {
		n, err := site.app.UnreadNotices(ctx, actor)
		return map[string]int{noticesPath: n}, err
	})
	if n := of[noticesPath]; n > 0 {
		return counted(n)
	}
	return ""
}
