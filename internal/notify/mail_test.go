package notify_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/notify"
	"github.com/watchbill/watchbill/internal/notify/notifytest"
)

func settings(s *notifytest.Server) notify.Settings {
	return notify.Settings{
		Host: s.Host, Port: s.Port, Trust: s.Trust, From: "Desk <desk@provider.test>", Base: "https://desk.provider.test/",
		Timeout: 5 * time.Second,
	}
}

func channel(t *testing.T, s notify.Settings) *notify.Mail {
	t.Helper()
	m, err := notify.NewMail(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func reply() *notice.Message {
	return &notice.Message{
		ID: "06earhkqg00000fssa2iugh6qg", Kind: notice.Reply, Why: notice.CodeRequester,
		Caused: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Name: "Rik Ångström", Address: "rik@client.test", Language: "en", Zone: time.UTC,
		Client: "Anker", ClientSlug: "anker", Key: "INC-000001", Title: "Checkout <b>down</b>", By: "Bo",
		Text: "It works again.\n.\nFrom now on <script>alert(1)</script> — Bo",
	}
}

// parts are the text and the HTML of a letter, decoded.
func parts(t *testing.T, m notifytest.Mail) (head mail.Header, text, html string) {
	t.Helper()
	parsed, err := mail.ReadMessage(strings.NewReader(m.Data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for r := multipart.NewReader(parsed.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	if len(bodies) != 2 {
		t.Fatalf("%d parts", len(bodies))
	}
	return parsed.Header, bodies[0], bodies[1]
}

func TestALetter(t *testing.T) {
	t.Parallel()
	s := notifytest.Start(t)
	m := channel(t, settings(s))
	for range 2 { // the second one is the same letter again
		if err := m.Send(t.Context(), reply()); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Mails()
	if len(got) != 2 || got[0].From != "desk+06earhkqg00000fssa2iugh6qg@provider.test" || got[0].To[0] != "rik@client.test" {
		t.Fatalf("got %+v", got)
	}
	head, text, html := parts(t, got[0])
	for name, want := range map[string]string{
		"Message-Id": "<06earhkqg00000fssa2iugh6qg@provider.test>", "Auto-Submitted": "auto-generated",
		"Date": "Mon, 02 Mar 2026 09:00:00 +0000", "From": `"Desk" <desk@provider.test>`, "User-Agent": "", "X-Mailer": "",
	} {
		if head.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, head.Get(name), want)
		}
	}
	if got[0].Header("Message-ID") != got[1].Header("Message-ID") {
		t.Error("the same letter under two ids")
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject"))
	if err != nil || subject != "INC-000001: an answer – Checkout <b>down</b>" {
		t.Errorf("subject %q, %v", subject, err)
	}
	const wantText = `Bo answers on ticket INC-000001, “Checkout <b>down</b>”:

> It works again.
> .
> From now on <script>alert(1)</script> — Bo

Open INC-000001:
https://desk.provider.test/tickets/anker/INC-000001

-- 
You get this because you raised the ticket. This message was made by a program; an answer to it is not read.
`
	if text != wantText {
		t.Errorf("text:\n%s\nwant:\n%s", text, wantText)
	}
	for _, want := range []string{"“Checkout &lt;b&gt;down&lt;/b&gt;”", "&lt;script&gt;", `<a href="https://desk.provider.test/tickets/anker/INC-000001">Open INC-000001</a>`, `lang="en"`} {
		if !strings.Contains(html, want) {
			t.Errorf("HTML lacks %q:\n%s", want, html)
		}
	}
	for _, bad := range []string{"<script", "<img", "<link", "http://", "url("} {
		if strings.Contains(html, bad) {
			t.Errorf("HTML has %q", bad)
		}
	}
}

func TestLettersSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := notifytest.Start(t)
	m := channel(t, settings(s))
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), &notice.Message{
		ID: "x1", Kind: notice.NewSignIn, Caused: time.Date(2026, 7, 2, 9, 0, 0, 0, time.UTC), Name: "Bo", Address: "bo@provider.test",
		Language: "nl", Zone: amsterdam,
	}); err != nil {
		t.Fatal(err)
	}
	_, text, html := parts(t, s.Mails()[0])
	if !strings.Contains(text, "do 2 jul 2026 11:00 CEST") || !strings.Contains(html, `lang="nl"`) {
		t.Error(text, html)
	}
}

// TestWhatTheServerSays holds each answer of a mail server against what becomes of a letter.
func TestWhatTheServerSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		does notifytest.Behaviour
		code reason.Code
		kind fault.Kind
	}{
		"takes it":               {},
		"no such person":         {notifytest.Behaviour{RefuseRecipient: 550}, notice.CodeNotTaken, fault.Invalid},
		"mailbox busy":           {notifytest.Behaviour{RefuseRecipient: 450}, notice.CodePutOff, fault.Unavailable},
		"letter refused":         {notifytest.Behaviour{RefuseLetter: 554}, notice.CodeNotTaken, fault.Invalid},
		"letter refused for now": {notifytest.Behaviour{RefuseLetter: 451}, notice.CodePutOff, fault.Unavailable},
		"sender refused":         {notifytest.Behaviour{RefuseSender: 550}, notice.CodeChannelDown, fault.Unavailable},
		"silent after taking it": {notifytest.Behaviour{Cut: true}, notice.CodeFailed, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := notifytest.Start(t)
			s.Behave(c.does)
			wants(t, channel(t, settings(s)).Send(t.Context(), reply()), c.kind, c.code)
		})
	}
}

func wants(t *testing.T, err error, kind fault.Kind, code reason.Code) {
	t.Helper()
	faults := fault.All(err)
	switch {
	case code == "":
		if err != nil {
			t.Errorf("got %v", err)
		}
	case len(faults) != 1 || faults[0].Code != code || faults[0].Kind != kind:
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	s := notifytest.Start(t)
	nobody := settings(s)
	nobody.Port = 1
	wants(t, channel(t, nobody).Send(t.Context(), reply()), fault.Unavailable, notice.CodeChannelDown)

	wait := make(chan struct{})
	defer close(wait)
	s.Behave(notifytest.Behaviour{Wait: wait})
	slow := settings(s)
	slow.Timeout = 200 * time.Millisecond
	wants(t, channel(t, slow).Send(t.Context(), reply()), fault.Unavailable, notice.CodeFailed)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	wants(t, channel(t, settings(s)).Send(ctx, reply()), fault.Unavailable, notice.CodeFailed)
}

// TestTheServerMustProveWhoItIs has certificates of a stranger, and for another name.
func TestTheServerMustProveWhoItIs(t *testing.T) {
	t.Parallel()
	stranger := settings(notifytest.Start(t))
	stranger.Trust = nil
	wants(t, channel(t, stranger).Send(t.Context(), reply()), fault.Unavailable, notice.CodeUntrusted)
	s := notifytest.Start(t, "mail.elsewhere.test")
	wants(t, channel(t, settings(s)).Send(t.Context(), reply()), fault.Unavailable, notice.CodeUntrusted)
	if len(s.Mails()) > 0 {
		t.Error("a stranger got mail")
	}
}

func TestNobodyWritesHeaders(t *testing.T) {
	t.Parallel()
	s := notifytest.Start(t)
	m := channel(t, settings(s))
	for name, change := range map[string]func(*notice.Message){
		"name":    func(n *notice.Message) { n.Name = "Rik\r\nBcc: all@client.test" },
		"address": func(n *notice.Message) { n.Address = "rik@client.test\nBcc: all@client.test" },
		"second":  func(n *notice.Message) { n.Address = "rik@client.test, all@client.test" },
		"nul":     func(n *notice.Message) { n.Name = "Rik\x00" },
		"id":      func(n *notice.Message) { n.ID = "1\r\nX: y" },
	} {
		letter := reply()
		change(letter)
		err := m.Send(t.Context(), letter)
		wants(t, err, fault.Invalid, notice.CodeNotTaken)
		if len(s.Mails()) > 0 {
			t.Errorf("%s: was sent", name)
		}
	}
	// A title is of one line wherever it comes from.
	letter := reply()
	letter.Title = "x\r\nBcc: all@client.test"
	if err := m.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	if got := s.Mails()[0]; got.Header("Bcc") != "" || len(got.To) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestSettingsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	good := notify.Settings{Host: "mail.test", From: "desk@provider.test", Base: "https://desk.provider.test"}
	for code, change := range map[reason.Code]func(*notify.Settings){
		"":                     func(*notify.Settings) {},
		notify.CodeNoHost:      func(s *notify.Settings) { s.Host = "" },
		notify.CodeBadSender:   func(s *notify.Settings) { s.From = "desk" },
		notify.CodeBadBase:     func(s *notify.Settings) { s.Base = "javascript:alert(1)" },
		notify.CodeBadSecurity: func(s *notify.Settings) { s.Security = "none" },
		notify.CodeOpenLogin:   func(s *notify.Settings) { s.Security, s.User = notify.Open, "desk" },
	} {
		changed := good
		change(&changed)
		_, err := notify.NewMail(changed)
		wants(t, err, fault.Invalid, code)
	}
	_, err := notify.NewMail(notify.Settings{})
	if len(fault.All(err)) != 3 {
		t.Errorf("all at once: %v", err)
	}
}
