package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of faults of how a desk is to be served.
const (
	CodeListen reason.Code = "serve.listen" // address, problem
	CodeBase   reason.Code = "serve.base"   // base
	CodeSecret reason.Code = "serve.secret" // file, problem
	CodePlain  reason.Code = "serve.plain"  // listen: reached from elsewhere without https
	CodeProxy  reason.Code = "serve.proxy"  // proxy: no range of addresses
	CodeSMTP   reason.Code = "serve.smtp"   // what was given may hold a password
	CodeRate   reason.Code = "serve.rate"   // rate: below zero
)

// ServeCommand serves a desk.
type ServeCommand struct {
	DB     string `name:"db" env:"WATCHBILL_DB" default:"watchbill.db" help:"SQLite file, made when it is not there, or postgres:// address." placeholder:"FILE|ADDRESS"`
	Listen string `env:"WATCHBILL_LISTEN" default:"127.0.0.1:8080" help:"Where to listen." placeholder:"HOST:PORT"`
	Base   string `env:"WATCHBILL_BASE" help:"Address by which people reach the desk, such as https://desk.example. Left out: that of --listen." placeholder:"URL"`
	// Proxies are read by serving.
	Proxies []string `env:"WATCHBILL_PROXIES" help:"Ranges of addresses of the servers in front, such as 127.0.0.1/32,10.0.0.0/8: who asks is then read from X-Forwarded-For." placeholder:"CIDR"`

	TokenRate   int `env:"WATCHBILL_TOKEN_RATE" default:"200" help:"Requests a second that one API token may make; 0 for any number." placeholder:"N"`
	ClientRate  int `env:"WATCHBILL_CLIENT_RATE" default:"100" help:"Requests a second that all people of one client may make together; 0 for any number." placeholder:"N"`
	ClientSends int `env:"WATCHBILL_CLIENT_SENDS" default:"1000" help:"MiB an hour that all people of one client may send together, files above all; 0 for any number." placeholder:"N"`

	Admin string `env:"WATCHBILL_ADMIN" default:"127.0.0.1:8081" help:"Where health, metrics and profiles are served; - for nowhere." placeholder:"HOST:PORT"`
	Home  string `env:"WATCHBILL_HOME" default:"Watchbill" help:"Name of the provider, as pages show it."`

	SMTP         string `name:"smtp" env:"WATCHBILL_SMTP" help:"Mail server, such as smtp://desk@mail.example:587. Left out: a page lists what would have been sent." placeholder:"URL"`
	SMTPPassword string `name:"smtp-password-file" env:"WATCHBILL_SMTP_PASSWORD_FILE" help:"File with the password for it." placeholder:"FILE"`
	From         string `env:"WATCHBILL_FROM" help:"Sender of mail, such as desk@kade.example." placeholder:"ADDRESS"`

	Development bool `env:"WATCHBILL_DEVELOPMENT" help:"Also serve the gallery of components."`
}

// Serving is how a desk is to be served: what the flags say, checked.
type Serving struct {
	DB, Listen, Base, Admin, Home string

	Proxies     []netip.Prefix // whose X-Forwarded-For is believed
	Rates       app.Rates
	Mail        Mail
	Development bool
	// Ready is called once the desk answers, with the address at which it does.
	Ready func(address string, setUp string)
}

// Mail is the server that mail leaves by. The zero Mail is none.
type Mail struct {
	Host     string // with port
	User     string
	Password string
	TLS      bool // from the beginning; otherwise STARTTLS is demanded, but on loopback
	From     string
}

// Run serves until it is told to stop.
func (k *ServeCommand) Run(ctx context.Context, c *Console) error {
	s, err := k.serving(c)
	if err != nil {
		return err
	}
	return c.Serve(ctx, s)
}

func (k *ServeCommand) serving(c *Console) (*Serving, error) {
	s := &Serving{DB: k.DB, Listen: k.Listen, Base: k.Base, Admin: k.Admin, Home: k.Home, Development: k.Development, Rates: app.Rates{Token: k.TokenRate, Client: k.ClientRate, Sent: k.ClientSends}}
	var faults fault.List
	if lowest := min(k.TokenRate, k.ClientRate, k.ClientSends); lowest < 0 {
		faults = append(faults, fault.New(fault.Invalid, CodeRate, "rate", lowest))
	}
	host, port, err := net.SplitHostPort(k.Listen)
	if err != nil {
		faults = append(faults, fault.New(fault.Invalid, CodeListen, "address", k.Listen, "problem", err.Error()))
	}
	if s.Base == "" && err == nil {
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			faults = append(faults, fault.New(fault.Invalid, CodePlain, "listen", k.Listen))
		}
		if port != "0" {
			s.Base = "http://" + k.Listen
		}
	}
	if base, err := url.Parse(s.Base); s.Base != "" && (err != nil || base.Host == "" || base.Path != "" || base.Scheme != "http" && base.Scheme != "https") {
		faults = append(faults, fault.New(fault.Invalid, CodeBase, "base", s.Base))
	}
	for _, one := range k.Proxies {
		proxy, err := netip.ParsePrefix(strings.TrimSpace(one))
		if err != nil {
			faults = append(faults, fault.New(fault.Invalid, CodeProxy, "proxy", one))
		}
		s.Proxies = append(s.Proxies, proxy)
	}
	var wrong fault.List
	s.Mail, wrong = k.mail()
	faults = append(faults, wrong...)
	s.Ready = func(address, setUp string) {
		fmt.Fprintln(c.Out, c.Voice.Text("serve.ready", "address", address))
		if setUp != "" {
			fmt.Fprintln(c.Out, c.Voice.Text("serve.set_up", "address", setUp))
		}
	}
	return s, faults.Err()
}

// mail reads how mail is to leave.
func (k *ServeCommand) mail() (Mail, fault.List) {
	if k.SMTP == "" {
		return Mail{}, nil
	}
	u, err := url.Parse(k.SMTP)
	if err != nil || u.Host == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return Mail{}, fault.List{fault.New(fault.Invalid, CodeSMTP)}
	}
	m := Mail{Host: u.Host, TLS: u.Scheme == "smtps", User: u.User.Username(), From: k.From}
	m.Password, _ = u.User.Password()
	if k.SMTPPassword != "" {
		content, err := os.ReadFile(k.SMTPPassword)
		if err != nil {
			return m, fault.List{fault.New(fault.Invalid, CodeSecret, "file", k.SMTPPassword, "problem", plainProblem(err))}
		}
		m.Password = strings.TrimRight(string(content), "\r\n")
	}
	return m, nil
}

// plainProblem is an error of a file without the name that is said beside it.
func plainProblem(err error) string {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}
