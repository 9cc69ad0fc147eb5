package main

import (
	"net"
	"strconv"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/cli"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/notify"
)

// channelsOf are the ways out of a desk: mail, where there is a server for it.
func channelsOf(s *cli.Serving) (app.Channels, error) {
	if s.Mail.Host == "" {
		return app.Channels{}, nil
	}
	settings := notify.Settings{
		Host: s.Mail.Host, User: s.Mail.User, Password: person.Secret(s.Mail.Password), From: s.Mail.From, Base: s.Base,
	}
	if host, port, err := net.SplitHostPort(s.Mail.Host); err == nil {
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, fault.New(fault.Invalid, cli.CodeListen, "address", s.Mail.Host, "problem", port)
		}
		settings.Host, settings.Port = host, number
	}
	switch ip := net.ParseIP(settings.Host); {
	case s.Mail.TLS:
		settings.Security = notify.TLS
	case settings.User == "" && (settings.Host == "localhost" || ip != nil && ip.IsLoopback()):
		settings.Security = notify.Open // nobody listens on the way
	}
	mail, err := notify.NewMail(settings)
	if err != nil {
		return nil, err
	}
	return app.Channels{notice.Mail: mail.Send}, nil
}
