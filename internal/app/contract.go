package app

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/store"
)

// AddContractVersion adds a version to a contract of a client: the first one, or an
// amendment. It fails with what is wrong with the document, alone or after the versions
// before it, and with CodeSettledPast for an amendment that would change what was decided
// already. Tickets follow when they are next settled.
func (a *App) AddContractVersion(ctx context.Context, actor access.Actor, client string, d *contract.Document) error {
	return a.write(ctx, actor, access.AmendContracts, func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		return addVersion(c, d)
	})
}

func addVersion(c *store.Client, d *contract.Document) error {
	if findings := contract.Lint(d); len(findings.Errors) > 0 {
		return findings.Errors
	}
	v, _, err := fits(c, d)
	if err != nil {
		return err
	}
	return c.AddVersion(store.ContractVersion{
		Contract: d.Name, Number: v.Number, Effective: v.Effective, Document: string(d.YAML()),
	})
}

// fits compiles a document as the next version of a contract of the client, or says why it
// cannot be that. Before is the version before it, nil when it is the first one.
func fits(c *store.Client, d *contract.Document) (v *contract.Version, before *contract.Document, err error) {
	kept, err := keptVersions(c, d.Name)
	if err != nil {
		return nil, nil, err
	}
	documents, err := parse(kept)
	if err != nil {
		return nil, nil, err
	}
	if n := len(documents); n > 0 {
		before = documents[n-1]
	}
	if d.Client != c.Name {
		return nil, before, fault.New(fault.Invalid, CodeOtherClient, "client", c.Name, "named", d.Client)
	}
	terms, faults := contract.History(append(documents, d))
	if len(faults) > 0 {
		return nil, before, faults
	}
	v = terms[len(terms)-1]
	// What was decided under the terms that were known stays as it is: an amendment rules
	// from an instant that nothing has been recorded after.
	recorded, err := c.LastRecorded(d.Name)
	if err == nil && !v.Effective.After(recorded) {
		err = fault.New(fault.Conflict, CodeSettledPast, "effective", v.Effective, "recorded", recorded)
	}
	return v, before, err
}

// ContractCheck is what there is to say of a text that somebody wants to add as a version.
type ContractCheck struct {
	Document *contract.Document // nil when the text cannot be read as a contract
	Before   *contract.Document // the version before it, nil when it is the first
	Errors   fault.List         // why it cannot be added; none when it can
	Warnings fault.List
}

// CheckContractVersion tells what AddContractVersion would say of a text, and keeps nothing.
// Places in it are told as lines of a file with the name.
func (a *App) CheckContractVersion(ctx context.Context, actor access.Actor, client, name string, text []byte) (check ContractCheck, err error) {
	err = a.read(ctx, actor, access.AmendContracts, func(tx *store.Tx) error {
		check = ContractCheck{}
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		if check.Document, check.Errors = contract.Parse(name, text); check.Document == nil {
			return nil
		}
		findings := contract.Lint(check.Document)
		check.Errors, check.Warnings = findings.Errors, findings.Warnings
		_, before, err := fits(c, check.Document)
		check.Before = before
		faults := fault.All(err)
		check.Errors = append(check.Errors, faults...)
		if len(faults) > 0 {
			return nil
		}
		return err
	})
	return check, err
}

// keptVersions lists the versions of a contract, none when there is no such contract.
func keptVersions(c *store.Client, name string) ([]store.ContractVersion, error) {
	kept, err := c.Versions(name)
	if isFault(err, store.CodeContractUnknown) {
		return nil, nil
	}
	return kept, err
}

func parse(kept []store.ContractVersion) ([]*contract.Document, error) {
	var documents []*contract.Document
	for _, v := range kept {
		d, faults := contract.Parse(v.Contract, []byte(v.Document))
		if len(faults) > 0 {
			return nil, faults
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// versions remembers compiled contract versions by the checksum of their document, which
// never changes.
type versions struct {
	compiled sync.Map // by checksum
	found    sync.Map // by numbered
}

type numbered struct {
	client, contract string
	number           int
}

// known gives a version that was compiled before.
func (m *versions) known(kept *store.ContractVersion) (*contract.Version, bool) {
	v, ok := m.compiled.Load(kept.SHA256)
	if !ok {
		return nil, false
	}
	return v.(*contract.Version), true
}

func (m *versions) of(kept *store.ContractVersion) (*contract.Version, error) {
	if v, ok := m.known(kept); ok {
		return v, nil
	}
	d, faults := contract.Parse(kept.Contract, []byte(kept.Document))
	if len(faults) > 0 {
		return nil, faults
	}
	v, faults := d.Version()
	if len(faults) > 0 {
		return nil, faults
	}
	m.compiled.Store(kept.SHA256, v)
	return v, nil
}

// numbered finds a version of a contract by its number. Versions never change, so what was
// found once is found again without asking.
func (m *versions) numbered(tx *store.Tx, client, name string, number int) (*contract.Version, error) {
	key := numbered{client, name, number}
	if v, ok := m.found.Load(key); ok {
		return v.(*contract.Version), nil
	}
	c, err := tx.Client(client)
	if err != nil {
		return nil, err
	}
	kept, err := c.Versions(name)
	if err != nil {
		return nil, err
	}
	for i := range kept {
		if kept[i].Number == number {
			v, err := m.of(&kept[i])
			if err == nil {
				m.found.Store(key, v)
			}
			return v, err
		}
	}
	return nil, fault.New(fault.NotFound, store.CodeContractUnknown, "contract", name)
}

// terms compiles the kept versions of a contract, which are in order of effect.
func (m *versions) terms(kept []store.ContractVersion) (contract.Terms, error) {
	terms := make(contract.Terms, len(kept))
	for i := range kept {
		v, err := m.of(&kept[i])
		if err != nil {
			return nil, err
		}
		terms[i] = v
	}
	return terms, nil
}

// ContractVersion is a version of a contract as it was written.
type ContractVersion struct {
	Number    int
	Effective time.Time
	Recorded  time.Time
	Document  *contract.Document
}

// Contract lists the versions of a contract of a client, the oldest first.
func (a *App) Contract(ctx context.Context, actor access.Actor, client, name string) (versions []ContractVersion, err error) {
	err = a.read(ctx, actor, access.ReadContracts, func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		kept, err := c.Versions(name)
		if err != nil {
			return err
		}
		documents, err := parse(kept)
		if err != nil {
			return err
		}
		versions = make([]ContractVersion, len(kept))
		for i, v := range kept {
			versions[i] = ContractVersion{v.Number, v.Effective, v.Recorded, documents[i]}
		}
		return nil
	})
	return versions, err
}

// Supported is a contract as those see it who log tickets under it.
type Supported struct {
	Contract string
	Sites    []string
}

// Supported lists the contracts of a client under which the actor can log tickets, by name,
// with the sites that each names now.
func (a *App) Supported(ctx context.Context, actor access.Actor, client string) (all []Supported, err error) {
	err = a.read(ctx, actor, access.LogTickets, func(tx *store.Tx) error {
		all = nil
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		contracts, err := c.Contracts()
		if err != nil {
			return err
		}
		for _, k := range contracts {
			kept, err := c.Versions(k.Name)
			if err != nil {
				return err
			}
			documents, err := parse(kept)
			if err != nil {
				return err
			}
			one := Supported{Contract: k.Name}
			for i, d := range documents {
				if i == 0 || !kept[i].Effective.After(tx.Now) {
					one.Sites = d.Sites
				}
			}
			all = append(all, one)
		}
		slices.SortFunc(all, func(a, b Supported) int { return strings.Compare(a.Contract, b.Contract) })
		return nil
	})
	return all, err
}
