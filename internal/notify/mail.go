// Package notify hands messages over: for now as mail.
package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// Codes of settings that cannot be used.
const (
	CodeNoHost      reason.Code = "notify.no_host"      //
	CodeBadSender   reason.Code = "notify.bad_sender"   // address
	CodeBadBase     reason.Code = "notify.bad_base"     // base
	CodeBadSecurity reason.Code = "notify.bad_security" // security, known
	CodeOpenLogin   reason.Code = "notify.open_login"   // a password would go over an open line
)

// Security is how a mail server is spoken to.
type Security string

// The ways to speak to a mail server. Both of the first two demand a certificate that is
// trusted and names the server.
const (
	StartTLS Security = "starttls" // the zero value too
	TLS      Security = "tls"
	Open     Security = "open" // for a server on this machine
)

// Settings say by which server mail goes out, and what it looks like.
type Settings struct {
	Host     string
	Port     int // 0 is the usual one
	Security Security
	User     string // "" for a server that wants no login
	Password person.Secret
	Trust    *x509.CertPool // nil for what the machine trusts
	// From is the sender that readers see, as "desk@example.org" or "Desk <desk@example.org>".
	// Bounces go to its address with a plus sign and the id of the message.
	From string
	// Base is the address of the desk that links begin with.
	Base string
	// Timeout is how long the server may take for a message, 15 s for zero.
	Timeout time.Duration
}

// usualTimeout is how long a mail server may take for a message.
const usualTimeout = 15 * time.Second

// Mail sends messages as mail. It is safe for concurrent use.
type Mail struct {
	settings Settings
	from     *mail.Address
	options  []gomail.Option
}

// NewMail makes a channel of settings. It fails with a fault for each that cannot be used.
func NewMail(s Settings) (*Mail, error) {
	var faults fault.List
	refuse := func(code reason.Code, namesAndValues ...any) {
		faults = append(faults, fault.New(fault.Invalid, code, namesAndValues...))
	}
	if s.Host == "" {
		refuse(CodeNoHost)
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		refuse(CodeBadSender, "address", s.From)
	}
	if base, err := url.Parse(s.Base); err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.RawQuery != "" {
		refuse(CodeBadBase, "base", s.Base)
	}
	s.Base = strings.TrimRight(s.Base, "/")
	if s.Timeout == 0 {
		s.Timeout = usualTimeout
	}
	m := &Mail{settings: s, from: from}
	m.options = []gomail.Option{
		gomail.WithTimeout(s.Timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Trust, MinVersion: tls.VersionTLS12}),
	}
	switch s.Security {
	case StartTLS, "":
		m.options = append(m.options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case TLS:
		m.options = append(m.options, gomail.WithSSLPort(false))
	case Open:
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.NoTLS))
		if s.User != "" {
			refuse(CodeOpenLogin)
		}
	default:
		refuse(CodeBadSecurity, "security", string(s.Security), "known", []string{string(StartTLS), string(TLS), string(Open)})
	}
	if s.Port != 0 {
		m.options = append(m.options, gomail.WithPort(s.Port))
	}
	if s.User != "" {
		m.options = append(m.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.User), gomail.WithPassword(string(s.Password)))
	}
	return m, faults.Err()
}

// Send hands a message to the mail server and returns when that has taken it. The codes of
// its faults are those of package notice; one of kind Unavailable may be gone tomorrow.
func (m *Mail) Send(ctx context.Context, message *notice.Message) error {
	ctx, cancel := context.WithTimeout(ctx, m.settings.Timeout)
	defer cancel()
	letter := wording.In(wording.Language(message.Language)).Letter(message, m.settings.Base)
	out, err := m.write(message, &letter)
	if err != nil {
		return fault.New(fault.Invalid, notice.CodeNotTaken).Because(err)
	}
	client, err := gomail.NewClient(m.settings.Host, m.options...)
	if err != nil {
		return fault.New(fault.Unavailable, notice.CodeFailed).Because(err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return refusedUs(err)
	}
	// The end of ctx ends the talk too, not only its beginning.
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	err = client.SendWithSMTPClient(connection, out)
	hangUp(client, connection)
	if err == nil || out.IsDelivered() {
		return nil
	}
	return refusedLetter(err)
}

// hangUp ends the talk politely. Whether that succeeds does not matter to the letter.
func hangUp(client *gomail.Client, connection *smtp.Client) {
	if err := client.CloseWithSMTPClient(connection); err != nil {
		_ = connection.Close()
	}
}

// refusedUs is the fault of a server that does not answer or does not let us in.
func refusedUs(err error) error {
	code := notice.CodeChannelDown
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		code = notice.CodeUntrusted
	}
	return fault.New(fault.Unavailable, code).Because(err)
}

// refusedLetter is the fault of a server that does not take a letter. Only what it says of the
// recipient and of the letter itself can be final: a refused sender is a matter of settings.
func refusedLetter(err error) error {
	sending, ok := errors.AsType[*gomail.SendError](err)
	switch {
	case !ok || sending.ErrorCode() == 0:
		return fault.New(fault.Unavailable, notice.CodeFailed).Because(err)
	case sending.Reason == gomail.ErrSMTPMailFrom:
		return fault.New(fault.Unavailable, notice.CodeChannelDown).Because(err)
	case sending.ErrorCode() >= 500:
		return fault.New(fault.Invalid, notice.CodeNotTaken).Because(err)
	default:
		return fault.New(fault.Unavailable, notice.CodePutOff).Because(err)
	}
}
