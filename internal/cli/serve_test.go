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
