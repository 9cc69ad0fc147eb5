package api

import (
	"context"
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// clients adds the operations that read clients and their contracts.
func (d *desk) clients() {
	add(d.routes, &operation{
		method: http.MethodGet, path: "/clients", id: "listClients", tag: "clients", may: []access.Permission{access.ReadClients},
		summary: "List clients", doc: "The clients that you see, by name.",
	}, d.listClients)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/clients/{client}/contracts/{contract}", id: "getContract", tag: "clients",
		may: []access.Permission{access.ReadContracts}, summary: "Read a contract",
		doc: "The versions of a contract, the oldest first, each as the YAML that it was written in, expanded.",
	}, d.getContract)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/clients/{client}/contracts/{contract}/versions/{version}/explanation", id: "explainContract", tag: "clients",
		may: []access.Permission{access.ReadContracts}, summary: "Explain a contract",
		doc: "What a version of a contract says, in plain words, in the language of the answer.",
	}, d.explainContract)
}

// Clients are the clients that somebody sees.
type Clients struct {
	Clients []Client `json:"clients" doc:"By name."`
}

// Client is a client, with its contracts.
type Client struct {
	ClientRef
	Contracts []string `json:"contracts" doc:"Names of its contracts, in order."`
}

type clientsOut struct{ Body Clients }

func (d *desk) listClients(ctx context.Context, c *caller, _ *struct{}) (*clientsOut, error) {
	all, err := d.app.Clients(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	out := Clients{Clients: make([]Client, len(all))}
	for i, one := range all {
		out.Clients[i] = Client{ClientRef{one.ID, one.Slug, one.Name}, append([]string{}, one.Contracts...)}
	}
	return &clientsOut{out}, nil
}

// ContractPath is the part of an address that names a contract.
type ContractPath struct {
	Client   string `path:"client" doc:"Id or short word (slug) of the client."`
	Contract string `path:"contract" doc:"Name of the contract."`
}

// Contract is a contract in its versions.
type Contract struct {
	Name     string            `json:"name" doc:"Its name."`
	Versions []ContractVersion `json:"versions" doc:"The oldest first."`
}

// ContractVersion is one version of a contract.
type ContractVersion struct {
	Number    int       `json:"number" doc:"From 1."`
	Effective time.Time `json:"effective" doc:"Since when it is in force: 00:00 in the zone of the contract."`
	Recorded  time.Time `json:"recorded" doc:"When it was added."`
	Document  string    `json:"document" doc:"The whole version as YAML."`
}

type contractOut struct{ Body Contract }

func (d *desk) getContract(ctx context.Context, c *caller, in *ContractPath) (*contractOut, error) {
	versions, err := d.app.Contract(ctx, c.actor, in.Client, in.Contract)
	if err != nil {
		return nil, err
	}
	out := Contract{Name: in.Contract, Versions: make([]ContractVersion, len(versions))}
	for i, v := range versions {
		out.Versions[i] = ContractVersion{v.Number, v.Effective, v.Recorded, string(v.Document.YAML())}
	}
	return &contractOut{out}, nil
}

type explainRequest struct {
	ContractPath
	Version string `path:"version" doc:"Number of the version."`
}

// ContractExplanation is a version of a contract in plain words.
type ContractExplanation struct {
	Number   int               `json:"number" doc:"Of the version."`
	Sections []ContractSection `json:"sections" doc:"In the order in which one reads them."`
}

// ContractSection is a part of a contract in plain words.
type ContractSection struct {
	Title Reason     `json:"title" doc:"What it is about."`
	Says  []Reason   `json:"says,omitempty" doc:"Sentence by sentence."`
	Table [][]Reason `json:"table,omitempty" doc:"Rows of cells; the first row is the head."`
}

type explanationOut struct{ Body ContractExplanation }

func (d *desk) explainContract(ctx context.Context, c *caller, in *explainRequest) (*explanationOut, error) {
	versions, err := d.app.Contract(ctx, c.actor, in.Client, in.Contract)
	if err != nil {
		return nil, err
	}
	number, err := number("version", in.Version, 1, 1<<30, 0)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.Number == number {
			return &explanationOut{c.explanation(&v)}, nil
		}
	}
	return nil, fault.New(fault.NotFound, CodeVersion, "contract", in.Contract, "number", number)
}

func (c *caller) explanation(v *app.ContractVersion) ContractExplanation {
	out := ContractExplanation{Number: v.Number}
	for _, s := range contract.Explain(v.Document) {
		section := ContractSection{Title: *c.reason(s.Title), Says: c.reasons(s.Says)}
		for _, cells := range s.Table {
			section.Table = append(section.Table, c.reasons(cells))
		}
		out.Sections = append(out.Sections, section)
	}
	return out
}

func (c *caller) reasons(all []reason.Reason) []Reason {
	var said []Reason
	for _, r := range all {
		if one := c.reason(r); one != nil {
			said = append(said, *one)
		} else {
			said = append(said, Reason{})
		}
	}
	return said
}
