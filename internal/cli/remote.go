package cli

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// Codes of calls that do not say enough to find the desk, or the ticket.
const (
	CodeNoServer  reason.Code = "cli.no_server"  // file
	CodeNoToken   reason.Code = "cli.no_token"   // file
	CodeConfig    reason.Code = "cli.config"     // file
	CodeTicketRef reason.Code = "cli.ticket_ref" // given
)

// Desk is the desk that a command speaks to, and how it prints. Each can be given by flag, by
// environment, or in the configuration file.
type Desk struct {
	Server string `env:"WATCHBILL_SERVER" help:"Address of the desk, such as https://desk.example." placeholder:"URL"`
	Token  string `env:"WATCHBILL_TOKEN" help:"API token. Better kept in the configuration file: others on this machine see the flags of a command." placeholder:"TOKEN"`
	JSON   bool   `name:"json" help:"Print what the desk answers, as JSON."`
}

// open makes the client that a command speaks through.
func (d *Desk) open(c *Console) (*client.Client, error) {
	if err := d.fill(c.Env); err != nil {
		return nil, err
	}
	var faults fault.List
	if d.Server == "" {
		faults = append(faults, fault.New(fault.Invalid, CodeNoServer, "file", configFile(c.Env)))
	}
	if d.Token == "" {
		faults = append(faults, fault.New(fault.Invalid, CodeNoToken, "file", configFile(c.Env)))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return client.New(d.Server, d.Token, string(c.Voice.Language()))
}

// configFile is where a person keeps what they would give each time: the keys server and
// token, as YAML.
func configFile(env func(string) string) string {
	if named := env("WATCHBILL_CONFIG"); named != "" {
		return named
	}
	home := cmp.Or(env("XDG_CONFIG_HOME"), filepath.Join(env("HOME"), ".config"))
	return filepath.Join(home, "watchbill", "config.yaml")
}

// fill takes what was not given from the configuration file, when there is one.
func (d *Desk) fill(env func(string) string) error {
	if d.Server != "" && d.Token != "" {
		return nil
	}
	name := configFile(env)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	text, err := readSmall(name)
	if err != nil {
		return err
	}
	var kept struct {
		Server string `yaml:"server"`
		Token  string `yaml:"token"`
	}
	if err := yaml.UnmarshalWithOptions(text, &kept, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, CodeConfig, "file", name).At(fault.Position{File: name}).Because(err)
	}
	d.Server, d.Token = cmp.Or(d.Server, kept.Server), cmp.Or(d.Token, kept.Token)
	return nil
}

// ticketRef reads CLIENT/KEY: keys count for each client alone.
func ticketRef(given string) (client.Ref, error) {
	of, key, ok := strings.Cut(given, "/")
	if !ok || of == "" || key == "" || strings.Contains(key, "/") {
		return client.Ref{}, fault.New(fault.Invalid, CodeTicketRef, "given", given)
	}
	return client.Ref{Client: of, Key: key}, nil
}

// onceKey is a key under which a command is done once, however often it is sent.
func onceKey() string { return rand.Text() }

// printJSON prints what the desk answered.
func (c *Console) printJSON(what any) error {
	e := json.NewEncoder(c.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(what)
}

// said reads a text that a person gives in the call, or at "-" from standard input.
func (c *Console) said(given string) (string, error) {
	if given != "-" {
		return given, nil
	}
	text, err := io.ReadAll(io.LimitReader(os.Stdin, maxSmall))
	if err != nil {
		return "", fileFault("-", err)
	}
	return strings.TrimRight(string(text), "\n"), nil
}

// table prints rows under heads, as wide as they need to be. What people wrote is printed
// safely.
func (c *Console) table(heads []string, rows [][]string) {
	widths := make([]int, len(heads))
	all := append([][]string{heads}, rows...)
	for _, row := range all {
		for i, cell := range row {
			row[i] = wording.Printable(cell)
			widths[i] = max(widths[i], len([]rune(row[i])))
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-len([]rune(cell))+2))
			}
		}
		fmt.Fprintln(c.Out, strings.TrimRight(b.String(), " "))
	}
}

// instant says an instant in UTC, "" for none.
func (c *Console) instant(at *time.Time) string {
	if at == nil {
		return ""
	}
	return wording.Time(c.Voice.Language(), at.UTC())
}
