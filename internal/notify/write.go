package notify

import (
	"errors"
	"html/template"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/wording"
)

// errHeader says that somebody tried to begin a line of their own in the head of a letter.
var errHeader = errors.New("notify: a header with a line end")

// write makes the mail of a letter: plain text, and the same as HTML. Everything in it is the
// same at every attempt, so that a reader's program knows a letter that comes twice.
func (m *Mail) write(message *notice.Message, letter *wording.Letter) (*gomail.Msg, error) {
	for _, header := range []string{message.Address, message.Name, message.ID, letter.Subject, m.from.Name, m.from.Address} {
		if strings.ContainsAny(header, "\r\n\x00") {
			return nil, errHeader
		}
	}
	to, err := mail.ParseAddress(message.Address)
	if err != nil {
		return nil, err
	}
	to.Name = message.Name
	local, domain, _ := strings.Cut(m.from.Address, "@")
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.EnvelopeFromMailAddress(&mail.Address{Address: local + "+" + message.ID + "@" + domain})
	out.FromMailAddress(m.from)
	out.ToMailAddress(to)
	out.Subject(letter.Subject)
	out.SetMessageIDWithValue(message.ID + "@" + domain)
	out.SetDateWithValue(message.Caused)
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader("X-Auto-Response-Suppress", "All")
	if message.Key != "" {
		// Letters about one ticket belong together.
		out.SetGenHeader(gomail.HeaderReferences, "<"+message.Key+"."+message.ClientSlug+"@"+domain+">")
	}
	out.SetBodyString(gomail.TypeTextPlain, plain(letter))
	var html strings.Builder
	if err := page.Execute(&html, pageOf(message.Language, letter)); err != nil {
		return nil, err
	}
	out.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return out, nil
}

// plain is a letter as plain text. What a person wrote stands behind quotation marks, so that
// it cannot pass for words of the desk.
func plain(l *wording.Letter) string {
	var b strings.Builder
	for _, line := range l.Lines {
		b.WriteString(line + "\n\n")
	}
	if l.Quote != "" {
		b.WriteString("> " + strings.ReplaceAll(l.Quote, "\n", "\n> ") + "\n\n")
	}
	if l.Link != "" {
		b.WriteString(l.Action + ":\n" + l.Link + "\n\n")
	}
	b.WriteString("-- \n" + l.Footer + "\n")
	return b.String()
}

type htmlPage struct {
	Language string
	*wording.Letter
	Quoted []string
}

func pageOf(language string, l *wording.Letter) htmlPage {
	p := htmlPage{Language: string(wording.In(wording.Language(language)).Language()), Letter: l}
	if l.Quote != "" {
		p.Quoted = strings.Split(l.Quote, "\n")
	}
	return p
}

// page is the HTML of a letter. It loads nothing, so nobody learns when it is read.
var page = template.Must(template.New("letter").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="font-family:Inter,Arial,sans-serif;font-size:15px;line-height:1.5;max-width:40em;margin:1.5em auto;padding:0 1em">
{{range .Lines}}<p><bdi>{{.}}</bdi></p>
{{end}}{{if .Quoted}}<blockquote style="margin:1em 0;padding:0 0 0 1em;border-left:3px solid #8a94a6">{{range $i, $line := .Quoted}}{{if $i}}<br>{{end}}<bdi>{{$line}}</bdi>{{end}}</blockquote>
{{end}}{{if .Link}}<p><a href="{{.Link}}">{{.Action}}</a></p>
{{end}}<p style="font-size:13px;color:#5b6472">{{.Footer}}</p>
</body>
</html>
`))
