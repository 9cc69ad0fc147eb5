package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// HistoryImport brings the tickets of another system into a database.
type HistoryImport struct {
	DB        string `name:"db" required:"" help:"SQLite file, made when it is not there, or a postgres:// address." placeholder:"FILE|ADDRESS"`
	Client    string `help:"The client whose tickets they are; the one that the contract names unless said." placeholder:"NAME"`
	Contract  string `required:"" help:"The contract file that the tickets are judged by, or a directory with its versions." placeholder:"PATH"`
	Zone      string `help:"Time zone of wall times in the history, for instance Europe/Amsterdam." placeholder:"ZONE"`
	Mapping   string `help:"How to read the history, as 'history inspect' writes it." placeholder:"FILE"`
	KeepGoing bool   `help:"Leave out rows that cannot be used, and list them."`
	File      string `arg:"" help:"A ticket history: CSV or XES, plain or gzip."`
}

// operator is whoever runs this program on a database: the file, or the password of the
// server, is what gives the right to it.
var operator = access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}

// Run imports the whole history or nothing of it, and prints what was kept.
func (k *HistoryImport) Run(ctx context.Context, c *Console) error {
	documents, faults, err := readContract(k.Contract)
	if err == nil {
		err = faults.Err()
	}
	if err != nil {
		return err
	}
	if k.Client == "" {
		k.Client = documents[0].Client
	}
	file, err := open(k.File)
	if err != nil {
		return err
	}
	defer file.Close()
	reader, err := openHistory(ctx, file, k.File, k.Mapping, history.Options{Zone: k.Zone, KeepGoing: k.KeepGoing})
	if err != nil {
		return err
	}
	progress := c.progress("app.importing")
	done, err := importInto(ctx, k.DB, app.Import{
		Client: k.Client, Contract: documents, Tickets: pastTickets(ctx, reader),
		Progress: func() { progress.count() },
	})
	progress.clear()
	if err != nil {
		return err
	}
	skipped := reader.Summary().Skipped
	for _, f := range skipped {
		c.PrintFault(f)
	}
	fmt.Fprintln(c.Out, c.Voice.Text("app.imported", "client", k.Client, "tickets", done.Tickets,
		"reported", done.Reported, "decided", done.Decided, "skipped", len(skipped)))
	return nil
}

// importInto imports into a database. A file that was made for it is removed when nothing
// came of it; an address is no file, so removing it does nothing.
func importInto(ctx context.Context, db string, i app.Import) (app.Imported, error) {
	_, missing := os.Stat(db)
	done, err := func() (app.Imported, error) {
		a, err := app.Create(ctx, db)
		if err != nil {
			return app.Imported{}, err
		}
		done, err := a.ImportHistory(ctx, operator, i)
		return done, errors.Join(err, a.Close())
	}()
	if err != nil && errors.Is(missing, fs.ErrNotExist) {
		_ = os.Remove(db)
	}
	return done, err
}

func pastTickets(ctx context.Context, r *history.Reader) iter.Seq2[app.PastTicket, error] {
	return func(yield func(app.PastTicket, error) bool) {
		for t, err := range tickets(ctx, r) {
			if !yield(app.PastTicket{Key: t.Key, Kind: t.Kind, Entries: t.Entries}, err) {
				return
			}
		}
	}
}
