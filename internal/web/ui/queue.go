package ui

import (
	"strings"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/wording"
)

// Row is a ticket in the queue. ID is what the browser finds it by again after a live update,
// so it names the ticket across clients: "fietswereld/INC-000214".
type Row struct {
	ID       string
	Key      string
	Href     string
	Face     Face
	Why      string // address that says why its clock stands as it does; "" for none
	Priority catalog.Priority
	Title    string
	Tags     []Sign
	Client   string
	Level    catalog.Level
	Status   string

	Ball            catalog.Party
	BallName        string
	Accountable     catalog.Party
	AccountableName string
	Owner           string // "" for nobody
	Unseen          bool   // nobody of the team has opened it
	Selected        bool
}

// Sign is a tag on a row.
type Sign struct {
	Mood Mood
	Text string
}

// levels says what the levels are, once at the head of their column and not in every row.
func levels(v *wording.Voice) string {
	all := make([]string, 0, catalog.L3)
	for l := catalog.L0; l <= catalog.L3; l++ {
		all = append(all, v.Text("ui.level."+l.String()))
	}
	return strings.Join(all, "; ")
}

// first is the first name of a person: the column of owners is narrow.
func first(name string) string {
	one, _, _ := strings.Cut(name, " ")
	return one
}

// Sorted is what a list goes by, with the addresses that change it.
type Sorted struct {
	Newest          bool // else by due
	ByDue, ByNewest string
}

// differs tells whether the accountable party is another than the one that has the ball.
func (r *Row) differs() bool { return r.Accountable != r.Ball || r.AccountableName != r.BallName }
