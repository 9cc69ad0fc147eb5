package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of people and clients that were named on the command line and are not there.
const (
	CodePersonMissing reason.Code = "cli.person_missing" // email
	CodeClientMissing reason.Code = "cli.client_missing" // client
)

// PersonCommands are for who has the machine and its database before them.
type PersonCommands struct {
	Add           PersonAdd        `cmd:"" help:"Take somebody in. Prints the link with which they choose a password."`
	List          PersonList       `cmd:"" help:"List everybody."`
	ResetPassword PersonReset      `cmd:"" name:"reset-password" help:"Print a link with which somebody chooses a new password. All admins are told."`
	Deactivate    PersonDeactivate `cmd:"" help:"End somebody's access at once."`
}

// PersonAdd takes somebody in.
type PersonAdd struct {
	DB         string   `name:"db" required:"" help:"SQLite file or postgres:// address." placeholder:"FILE|ADDRESS"`
	Address    string   `env:"WATCHBILL_ADDRESS" help:"Where people find the desk, such as https://desk.example." placeholder:"URL"`
	Role       string   `required:"" help:"admin, manager, lead, agent, auditor, client_lead or requester."`
	Client     []string `help:"A client that they see, by name; for client_lead and requester the one that they belong to." placeholder:"NAME"`
	AllClients bool     `help:"They see all clients, present and future. An admin always does."`
	Level      string   `help:"L1, L2 or L3." placeholder:"LEVEL"`
	Email      string   `arg:"" help:"Mail address, with which they sign in."`
	Name       string   `arg:"" help:"Their name."`
}

// Run prints the link.
func (k *PersonAdd) Run(ctx context.Context, c *Console) error {
	invitation := app.Invitation{Email: k.Email, Name: k.Name, Language: string(c.Voice.Language())}
	to := &invitation.Position
	to.Role = access.Role(k.Role)
	to.Everything = k.AllClients || to.Role == access.Admin
	if err := to.Level.UnmarshalText([]byte(k.Level)); err != nil {
		return err
	}
	return withApp(ctx, k.DB, func(a *app.App) error {
		clients, err := clientIDs(ctx, a, k.Client)
		if err != nil {
			return err
		}
		to.Clients = clients
		if to.Role.OfClient() && len(clients) == 1 {
			invitation.Client = clients[0]
		}
		_, token, err := a.AddPersonHere(ctx, operator, invitation)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.Out, c.Voice.Text("cli.person_added", "name", k.Name, "days", int(person.InviteLength.Hours()/24)))
		printLink(c, k.Address, app.InvitationPath, token)
		return nil
	})
}

// PersonList lists everybody.
type PersonList struct {
	DB string `name:"db" required:"" help:"SQLite file or postgres:// address." placeholder:"FILE|ADDRESS"`
}

// Run prints a line a person.
func (k *PersonList) Run(ctx context.Context, c *Console) error {
	return withApp(ctx, k.DB, func(a *app.App) error {
		people, err := a.People(ctx, operator)
		if err != nil {
			return err
		}
		clients, err := a.Clients(ctx, operator)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, client := range clients {
			names[client.ID] = client.Name
		}
		table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		for _, p := range people {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", p.Email, p.Role, sees(c, p, names), c.Voice.Text("cli.person_state."+state(p)), p.Name)
		}
		return table.Flush()
	})
}

// sees says which clients somebody sees.
func sees(c *Console, p *person.Person, names map[string]string) string {
	if p.Scope.All() {
		return c.Voice.Text("cli.all_clients")
	}
	var list []string
	for _, id := range p.Scope.Clients() {
		list = append(list, names[id])
	}
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

// state is the word for whether somebody can sign in.
func state(p *person.Person) string {
	switch {
	case !p.Active:
		return "ended"
	case !p.Accepted:
		return "invited"
	}
	return "active"
}

// PersonReset lets somebody in who has lost the password.
type PersonReset struct {
	DB      string `name:"db" required:"" help:"SQLite file or postgres:// address." placeholder:"FILE|ADDRESS"`
	Address string `env:"WATCHBILL_ADDRESS" help:"Where people find the desk, such as https://desk.example." placeholder:"URL"`
	Email   string `arg:"" help:"The address with which they sign in."`
}

// Run prints the link.
func (k *PersonReset) Run(ctx context.Context, c *Console) error {
	return withApp(ctx, k.DB, func(a *app.App) error {
		p, err := personBy(ctx, a, k.Email)
		if err != nil {
			return err
		}
		token, err := a.Recover(ctx, operator, p.Email)
		if err != nil {
			return err
		}
		if !p.Accepted {
			fmt.Fprintln(c.Out, c.Voice.Text("cli.person_added", "name", p.Name, "days", int(person.InviteLength.Hours()/24)))
			printLink(c, k.Address, app.InvitationPath, token)
			return nil
		}
		fmt.Fprintln(c.Out, c.Voice.Text("cli.person_reset", "name", p.Name, "minutes", int(person.ResetLength.Minutes())))
		printLink(c, k.Address, app.ResetPath, token)
		return nil
	})
}

// PersonDeactivate ends somebody's access.
type PersonDeactivate struct {
	DB    string `name:"db" required:"" help:"SQLite file or postgres:// address." placeholder:"FILE|ADDRESS"`
	Email string `arg:"" help:"The address with which they sign in."`
}

// Run says that it is done.
func (k *PersonDeactivate) Run(ctx context.Context, c *Console) error {
	return withApp(ctx, k.DB, func(a *app.App) error {
		p, err := personBy(ctx, a, k.Email)
		if err != nil {
			return err
		}
		if err := a.Deactivate(ctx, operator, p.ID); err != nil {
			return err
		}
		fmt.Fprintln(c.Out, c.Voice.Text("cli.person_deactivated", "name", p.Name))
		return nil
	})
}

// withApp opens a database for one piece of work.
func withApp(ctx context.Context, db string, work func(*app.App) error) error {
	a, err := app.Open(ctx, db)
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.Close())
}

// personBy finds somebody by their address.
func personBy(ctx context.Context, a *app.App, said string) (*person.Person, error) {
	email, err := person.Email(said)
	if err != nil {
		return nil, err
	}
	people, err := a.People(ctx, operator)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Email == email {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, CodePersonMissing, "email", email)
}

// clientIDs finds clients by their names.
func clientIDs(ctx context.Context, a *app.App, names []string) ([]string, error) {
	known, err := a.Clients(ctx, operator)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range names {
		id := ""
		for _, client := range known {
			if client.Name == name {
				id = client.ID
			}
		}
		if id == "" {
			return nil, fault.New(fault.NotFound, CodeClientMissing, "client", name)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// printLink prints a link in full, on a line of its own: this console is where it is meant
// to be seen.
func printLink(c *Console, address, path string, token person.Secret) {
	fmt.Fprintln(c.Out, strings.TrimRight(address, "/")+path+string(token))
}
