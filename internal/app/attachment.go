package app

import (
	"context"
	"path"
	"strings"
	"unicode"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// MaxFile is the most bytes that an attached file may have.
const MaxFile = 10 << 20

// NewFile is a file that somebody attaches.
type NewFile struct {
	Name     string
	Body     []byte
	Internal bool // for the provider's people only
}

// Attach adds a file to a ticket. Its type is derived from its content.
func (a *App) Attach(ctx context.Context, actor access.Actor, ref Ref, cmd Command, n NewFile) (int, error) {
	if err := actor.Authorise(access.AddFiles); err != nil {
		return 0, err
	}
	if len(n.Body) == 0 {
		return 0, fault.New(fault.Invalid, CodeFileEmpty, "field", "file")
	}
	if len(n.Body) > MaxFile {
		return 0, fault.New(fault.Invalid, CodeFileLarge, "field", "file", "most", MaxFile>>20)
	}
	n.Internal = n.Internal && !actor.Role.OfClient()
	return a.onTicket(ctx, actor, ref, cmd, []any{"attach", ref, n}, func(_ *store.Tx, f *caseFile) error {
		file, err := f.client.AddFile(store.File{
			Stream: f.stream.ID, Name: fileName(n.Name), Media: ticket.MediaOf(n.Body),
		}, n.Body)
		if err != nil {
			return err
		}
		return relate(actor, f, 0, ticket.Attached{File: file.ID, Internal: n.Internal})
	})
}

// fileName is the last part of a name, without what no name of a file needs.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) && !strings.ContainsRune(`"<>|:*?/`, r) {
			return r
		}
		return -1
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if len(name) > 120 {
		name = strings.ToValidUTF8(name[len(name)-120:], "")
	}
	if name == "" {
		return "file"
	}
	return name
}

// File reads a file of a ticket. What is internal is not there for people of the client.
func (a *App) File(ctx context.Context, actor access.Actor, ref Ref, id string) (file store.File, body []byte, err error) {
	err = a.read(ctx, actor, access.ReadFiles, func(tx *store.Tx) error {
		c, s, err := find(tx, actor, ref)
		if err != nil {
			return err
		}
		f, err := a.load(c, s)
		if err != nil {
			return err
		}
		if !f.shows(actor, id) {
			return fault.New(fault.NotFound, store.CodeFileUnknown)
		}
		files, err := c.Files(s.ID)
		if err != nil {
			return err
		}
		for _, one := range files {
			if one.ID == id {
				file = one
			}
		}
		body, err = c.FileBody(s.ID, id)
		return err
	})
	return file, body, err
}

// shows tells whether an actor may see a file of the ticket.
func (f *caseFile) shows(actor access.Actor, file string) bool {
	for _, e := range f.Timeline.Entries() {
		if a, ok := e.Fact.(ticket.Attached); ok && a.File == file {
			return actor.May(access.ReadInternal) || ticket.Public(a)
		}
	}
	return false
}
