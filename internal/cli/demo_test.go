package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/demo"
)

// TestDemo makes a desk and looks at it where it is served.
func TestDemo(t *testing.T) {
	t.Parallel()
	var out, bad bytes.Buffer
	var served *Serving
	var signedIn app.SignedIn
	var people []*person.Person
	code := Run(t.Context(), []string{"demo", "--listen", "127.0.0.1:0"}, &Console{
		Out: &out, Err: &bad, Env: func(string) string { return "" }, Now: time.Now,
		Serve: func(ctx context.Context, s *Serving) error {
			served = s
			a, err := app.Open(ctx, s.DB)
			if err != nil {
				return err
			}
			s.Ready("http://127.0.0.1:4711", "")
			people, err = a.People(ctx, operator)
			if err != nil {
				return err
			}
			_, token, _ := strings.Cut(out.String(), "WATCHBILL_TOKEN=")
			token, _, _ = strings.Cut(token, "\n")
			if signedIn, err = a.ActorOfToken(ctx, person.Secret(token)); err != nil {
				return err
			}
			return a.Close()
		},
	})
	if code != 0 || served == nil || bad.Len() > 0 {
		t.Fatalf("code %d: %s", code, bad.String())
	}
	for _, p := range people {
		if !strings.Contains(out.String(), p.Email) || !p.Accepted || !p.Active {
			t.Errorf("%s is not among\n%s", p.Email, out.String())
		}
	}
	if signedIn.Person.Email != "noor@kade.example" || !strings.Contains(out.String(), "as Noor de Wit") {
		t.Errorf("the token is of %s, printed\n%s", signedIn.Person.Email, out.String())
	}
	if len(people) < 16 || !strings.Contains(out.String(), string(demo.Password)) || !strings.Contains(out.String(), "http://127.0.0.1:4711") {
		t.Errorf("%d people, printed\n%s", len(people), out.String())
	}
	if _, err := os.Stat(filepath.Dir(served.DB)); !os.IsNotExist(err) {
		t.Errorf("the temporary directory is still there: %v", err)
	}
}

func TestDemoIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	desk := filepath.Join(dir, "watchbill.db")
	if err := os.WriteFile(desk, []byte("somebody's desk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"others could reach":   {"--listen", "0.0.0.0:8080"},
		"On :8080":             {"--listen", ":8080"},
		"On desk.example:80":   {"--listen", "desk.example:80"},
		"There is a desk":      {"--dir", dir},
		"cannot be used":       {"--dir", filepath.Join(desk, "below")},
		"On [2001:db8::1]:443": {"--listen", "[2001:db8::1]:443"},
	} {
		var out, bad bytes.Buffer
		code := Run(t.Context(), append([]string{"demo"}, args...), &Console{
			Out: &out, Err: &bad, Env: func(string) string { return "" }, Now: time.Now,
			Serve: func(context.Context, *Serving) error { t.Error("was served"); return nil },
		})
		if code != 2 || !strings.Contains(bad.String(), want) {
			t.Errorf("%v: code %d, %s", args, code, bad.String())
		}
	}
	if kept, err := os.ReadFile(desk); err != nil || string(kept) != "somebody's desk" {
		t.Errorf("the desk that was there: %q, %v", kept, err)
	}
}
