package cli

import (
	"io"
	"path/filepath"
	"slices"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// CodeNoContract is the fault of a directory without contract files.
const CodeNoContract reason.Code = "cli.no_contract"

// readTerms reads a contract file, or a directory that holds the versions of one contract,
// as terms. A contract with lint errors is refused: nobody could keep it, so what it would
// have meant is no answer.
func readTerms(path string) (contract.Terms, error) {
	documents, faults, err := readContract(path)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		faults = append(faults, contract.Lint(d).Errors...)
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
	var err error
	if o.Mapping, err = readMapping(mapping); err != nil {
		return nil, err
	}
	return history.Open(file, name, o)
}
