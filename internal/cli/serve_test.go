package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestServeReadsProxies(t *testing.T) {
	t.Parallel()
	for _, e := range []struct{ given, read, says string }{
		{"10.0.0.0/8,fd00::/8", "[10.0.0.0/8 fd00::/8]", ""},
		{"10.0.0.0/8, 127.0.0.1/32", "[10.0.0.0/8 127.0.0.1/32]", ""},
		{"10.0.0.1", "", "“10.0.0.1” is not a range"},
		{"10.0.0.0/8,everybody", "", "“everybody” is not a range"},
	} {
		var out, bad bytes.Buffer
		read := ""
		Run(t.Context(), []string{"serve", "--proxies", e.given}, &Console{
			Out: &out, Err: &bad, Env: func(string) string { return "" }, Now: time.Now,
			Serve: func(_ context.Context, s *Serving) error { read = fmt.Sprint(s.Proxies); return nil },
		})
		if read != e.read || !strings.Contains(bad.String(), e.says) || e.says == "" && bad.Len() > 0 {
			t.Errorf("%s: read as %s, says %s", e.given, read, bad.String())
		}
	}
}

func TestServeReadsRates(t *testing.T) {
	t.Parallel()
	for _, e := range []struct {
		args []string
		read string
		says string
	}{
		{nil, "{200 100 1000}", ""},
		{[]string{"--token-rate", "0", "--client-rate", "7", "--client-sends", "1000"}, "{0 7 1000}", ""},
		{[]string{"--token-rate=-1"}, "", "below zero"},
		{[]string{"--smtp", "mail://desk:plum-tart@mail.example"}, "", "not the address of a mail server"},
		{[]string{"--smtp", "smtp://desk:plum-tart@mail example"}, "", "not the address of a mail server"},
	} {
		var out, bad bytes.Buffer
		read := ""
		Run(t.Context(), append([]string{"serve"}, e.args...), &Console{
			Out: &out, Err: &bad, Env: func(string) string { return "" }, Now: time.Now,
			Serve: func(_ context.Context, s *Serving) error { read = fmt.Sprint(s.Rates); return nil },
		})
		if read != e.read || !strings.Contains(bad.String(), e.says) || e.says == "" && bad.Len() > 0 {
			t.Errorf("%v: read as %s, says %s", e.args, read, bad.String())
		}
		if strings.Contains(out.String()+bad.String(), "plum-tart") {
			t.Errorf("%v: tells the password: %s", e.args, bad.String())
		}
	}
}
