package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// program is this program as a process of its own, which a test may kill.
type program struct {
	cmd *exec.Cmd
	// Address is where it said that it is.
	address string
	said    *sayings
	ended   chan struct{}
	err     error // once it has ended
}

// sayings is what a program wrote into its log.
type sayings struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *sayings) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *sayings) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// command is the program as a command. The test binary answers as the program when it is
// called by its name.
func command(ctx context.Context, dir string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "watchbill")
	if err := os.Symlink(self, name); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return exec.CommandContext(ctx, name, args...), nil
}

// serveAt starts a desk and waits until it says where it is. It ends with the context.
func serveAt(ctx context.Context, dir, db, listen string, more ...string) (*program, error) {
	args := append([]string{"serve", "--db", db, "--listen", listen, "--admin", "-", "--token-rate", "0"}, more...)
	cmd, err := command(ctx, dir, args...)
	if err != nil {
		return nil, err
	}
	return started(cmd)
}

// started starts a program that serves, and waits until it says where it is.
func started(cmd *exec.Cmd) (*program, error) {
	p := &program{cmd: cmd, said: &sayings{}, ended: make(chan struct{})}
	if cmd.Stderr == nil {
		cmd.Stderr = p.said
	}
	out, in := io.Pipe()
	cmd.Stdout = in
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		_ = in.Close()
		close(p.ended)
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), " is at "); ok {
			p.address = address
			go io.Copy(io.Discard, out) //nolint:errcheck // ends with the program
			return p, nil
		}
	}
	<-p.ended
	return nil, errors.Join(p.err, errors.New(p.said.String()))
}

// kill ends the program as a power cut would, and waits until it is gone.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// stop asks the program to end, and tells whether it did so well.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	<-p.ended
	return p.err
}

// freeAddress is an address on this machine where nobody listens.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// password is that of everybody whom furnish takes in.
const password = "a long password of nobody"

// furnish brings clients with contracts, teams, people and their tokens into an empty
// database, through the use cases. It gives what scripts and tests call them by: BOEI and
// KOMPAS, WEB, ANN and ANN_ID, and so on.
func furnish(ctx context.Context, db string) (named map[string]string, err error) {
	a, err := app.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	named = map[string]string{}
	for _, c := range []struct {
		name  string
		model contract.Model
		tier  contract.Tier
	}{{"Boei", contract.SLAHotfix, contract.Gold}, {"Kompas", contract.ManagedService, contract.Gold}} {
		id, err := a.CreateClient(ctx, operator, c.name)
		if err != nil {
			return nil, err
		}
		draft := contract.Draft{
			Model: c.model, Tier: c.tier, Client: c.name, Zone: "UTC", Effective: calendar.Date{Year: 2020, Month: 1, Day: 1},
		}
		doc, faults := contract.Parse(c.name+".yaml", draft.YAML())
		if len(faults) > 0 {
			return nil, faults
		}
		if err := a.AddContractVersion(ctx, operator, id, doc); err != nil {
			return nil, err
		}
		named[strings.ToUpper(c.name)] = id
	}
	if named["WEB"], err = a.SaveTeam(ctx, operator, app.Team{Name: "Web", Level: catalog.L2}); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		name   string
		role   access.Role
		client string
	}{
		{"Ada", access.Admin, ""},
		{"Lea", access.Lead, ""},
		{"Ann", access.Agent, ""},
		{"Bo", access.Agent, ""},
		{"Cor", access.ClientLead, "BOEI"},
		{"Rik", access.Requester, "BOEI"},
		{"Dirk", access.ClientLead, "KOMPAS"},
	} {
		if err := takeIn(ctx, a, named, p.name, p.role, named[p.client]); err != nil {
			return nil, err
		}
	}
	return named, nil
}

// takeIn takes somebody in, has them choose their password, and gives them a token.
func takeIn(ctx context.Context, a *app.App, named map[string]string, name string, role access.Role, client string) error {
	i := app.Invitation{Email: strings.ToLower(name) + "@mail.test", Name: name, Client: client, Language: "en"}
	i.Role, i.Everything = role, client == ""
	if client != "" {
		i.Clients = []string{client}
	}
	id, link, err := a.AddPersonHere(ctx, operator, i)
	if err != nil {
		return err
	}
	p, err := a.AcceptInvitation(ctx, link, name, password)
	if err != nil {
		return err
	}
	_, token, err := a.CreateToken(ctx, p.Actor(), app.NewAPIToken{Name: "test", Scopes: access.Actor{Role: role}.TokenScopes()})
	if err != nil {
		return err
	}
	named[strings.ToUpper(name)+"_ID"], named[strings.ToUpper(name)] = id, string(token)
	return nil
}
