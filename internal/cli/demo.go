package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/demo"
)

// Codes of faults of the demonstration.
const (
	CodeDemoElsewhere reason.Code = "demo.elsewhere" // listen: others could reach it
	CodeDemoThere     reason.Code = "demo.there"     // file
	CodeDemoDir       reason.Code = "demo.dir"       // dir, problem
)

// DemoCommand makes a desk to try, and serves it.
type DemoCommand struct {
	Dir    string `help:"Where the desk is kept, to go on with 'watchbill serve'. Left out: in a temporary directory that is removed at the end." placeholder:"DIR"`
	Listen string `default:"127.0.0.1:8080" help:"Where to listen, on this machine only." placeholder:"HOST:PORT"`
	Seed   uint64 `default:"1914" help:"Another number makes another past."`
}

// Run makes a desk, prints who can sign in, and serves it until it is told to stop.
func (k *DemoCommand) Run(ctx context.Context, c *Console) (err error) {
	// Everybody has the same password, and it is in the source.
	if !onLoopback(k.Listen) {
		return fault.New(fault.Invalid, CodeDemoElsewhere, "listen", k.Listen)
	}
	dir := k.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "watchbill-demo-"); err != nil {
			return dirFault(os.TempDir(), err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return dirFault(dir, err)
	}
	db := filepath.Join(dir, "watchbill.db")
	made, err := k.fill(ctx, c, db)
	if err != nil {
		return err
	}
	return c.Serve(ctx, &Serving{
		DB: db, Listen: k.Listen, Admin: "-", Home: demo.Provider,
		Ready: func(address, _ string) {
			fmt.Fprintln(c.Out, c.Voice.Text("demo.made", "tickets", made.Tickets, "entries", made.Entries))
			c.printSignIns(made.People)
			fmt.Fprintln(c.Out, c.Voice.Text("demo.password", "password", string(demo.Password)))
			fmt.Fprintln(c.Out, c.Voice.Text("demo.token", "name", made.Bearer))
			fmt.Fprintf(c.Out, "  export WATCHBILL_SERVER=%s WATCHBILL_TOKEN=%s\n  watchbill ticket list\n", address, string(made.Token))
			if k.Dir != "" {
				fmt.Fprintln(c.Out, c.Voice.Text("demo.kept", "db", db))
			}
			fmt.Fprintln(c.Out, c.Voice.Text("demo.ready", "address", address))
		},
	})
}

// fill makes the desk in a file that must not be there yet. Nothing is left of one that did
// not come about.
func (k *DemoCommand) fill(ctx context.Context, c *Console, db string) (made *demo.Desk, err error) {
	if _, err := os.Stat(db); err == nil {
		return nil, fault.New(fault.Conflict, CodeDemoThere, "file", db)
	}
	a, err := app.Create(ctx, db)
	if err != nil {
		return nil, err
	}
	progress := c.progress("demo.making")
	made, err = demo.Make(ctx, a, k.Seed, c.Now(), func() { progress.count() })
	progress.clear()
	if err = errors.Join(err, a.Close()); err != nil {
		for _, more := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(db + more)
		}
	}
	return made, err
}

// printSignIns prints a table of who can sign in.
func (c *Console) printSignIns(people []demo.SignIn) {
	for _, p := range people {
		role := c.Voice.Text("demo.role", "role", string(p.Role))
		of := p.Client
		if of == "" {
			of = demo.Provider
		}
		fmt.Fprintf(c.Out, "  %-28s %-16s %-14s %s\n", p.Email, p.Name, of, role)
	}
}

// onLoopback tells whether an address to listen on is reached from this machine only.
func onLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func dirFault(dir string, err error) error {
	return fault.New(fault.Unavailable, CodeDemoDir, "dir", dir, "problem", plainProblem(err)).Because(err)
}
