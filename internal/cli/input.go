package cli

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// CodeNoContract is the fault of a directory without contract files.
const CodeNoContract reason.Code = "cli.no_contract"

// readTerms reads a contract file, or a directory that holds the versions of one contract.
func readTerms(path string) (contract.Terms, error) {
	names := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if names, err = contractFiles(path); err != nil {
			return nil, err
		}
	}
	var documents []*contract.Document
	var faults fault.List
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, fileFault(name, err)
		}
		d, found := contract.Parse(name, source)
		faults = append(faults, found...)
		documents = append(documents, d)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	terms, faults := contract.History(documents)
	return terms, faults.Err()
}

// contractFiles lists the YAML files of a directory in the order of their names.
func contractFiles(dir string) ([]string, error) {
	var names []string
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, fileFault(dir, err)
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		return nil, fault.New(fault.NotFound, CodeNoContract, "dir", dir)
	}
	slices.Sort(names)
	return names, nil
}

// openHistory opens the reader of a history, with the mapping of a file if one is named.
func openHistory(file io.ReadSeeker, name, mapping string, o history.Options) (*history.Reader, error) {
	if mapping != "" {
		text, err := os.ReadFile(mapping)
		if err != nil {
			return nil, fileFault(mapping, err)
		}
		if o.Mapping, err = history.ParseMapping(mapping, text); err != nil {
			return nil, err
		}
	}
	return history.Open(file, name, o)
}
