package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// Codes of faults of what a command reads.
const (
	CodeFileMissing reason.Code = "cli.file_missing" // file
	CodeFileFailed  reason.Code = "cli.file_failed"  // file, problem
	CodeFileLarge   reason.Code = "cli.file_large"   // file, limit
	CodeDirectory   reason.Code = "cli.directory"    // file
	CodeNoContract  reason.Code = "cli.no_contract"  // dir
)

// open opens a file that a person named.
func open(name string) (*os.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fileFault(name, err)
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		err = fileFault(name, err)
	case info.IsDir():
		err = fault.New(fault.Invalid, CodeDirectory, "file", name).At(fault.Position{File: name})
	default:
		return file, nil
	}
	return nil, errors.Join(err, file.Close())
}

// fileFault turns an error of the file system into one that says what to do.
func fileFault(name string, err error) error {
	where := fault.Position{File: name}
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, CodeFileMissing, "file", name).At(where).Because(err)
	}
	return fault.New(fault.Unavailable, CodeFileFailed, "file", name, "problem", problemOf(err)).At(where).Because(err)
}

// problemOf is what the file system says, without the call and the name.
func problemOf(err error) string {
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		return cause.Err.Error()
	}
	return err.Error()
}

// maxSmall is the size in bytes of the largest file that a person writes by hand. The
// readers of contracts, mappings and cases set limits of their own below it.
const maxSmall = 1 << 20

// readSmall reads a file that a person wrote: a contract, a mapping, assumed effort, a case.
func readSmall(name string) ([]byte, error) {
	file, err := open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSmall+1))
	switch {
	case err != nil:
		return nil, fileFault(name, err)
	case len(text) > maxSmall:
		return nil, fault.New(fault.Invalid, CodeFileLarge, "file", name, "limit", maxSmall).At(fault.Position{File: name})
	}
	return text, nil
}

// readContract reads a contract file, or all of a directory: the versions of one contract.
// Files that are not contracts give faults; the others are returned beside them.
func readContract(path string) ([]*contract.Document, fault.List, error) {
	names := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if names, err = contractFiles(path); err != nil {
			return nil, nil, err
		}
	}
	var documents []*contract.Document
	var unreadable fault.List
	for _, name := range names {
		d, err := readDocument(name)
		if faults, ok := errors.AsType[fault.List](err); ok {
			unreadable = append(unreadable, faults...)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		documents = append(documents, d)
	}
	return documents, unreadable, nil
}

// readDocument reads one contract file.
func readDocument(name string) (*contract.Document, error) {
	text, err := readSmall(name)
	if err != nil {
		return nil, err
	}
	d, faults := contract.Parse(name, text)
	return d, faults.Err()
}

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
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fileFault(dir, err)
	}
	var names []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext == ".yaml" || ext == ".yml" {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, fault.New(fault.NotFound, CodeNoContract, "dir", dir)
	}
	return names, nil
}

// interruptible is a file that cannot be read on once the command is interrupted. A history
// is read from beginning to end, sometimes twice, by code that knows no context.
type interruptible struct {
	io.ReadSeeker
	ctx context.Context //nolint:containedctx // a reader has no other way to learn of it
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.ReadSeeker.Read(p)
}

// examine looks at a history, with the mapping of a file if one is named.
func examine(ctx context.Context, file io.ReadSeeker, name, mapping string, o history.Options) (*history.Examination, error) {
	if mapping != "" {
		text, err := readSmall(mapping)
		if err != nil {
			return nil, err
		}
		if o.Mapping, err = history.ParseMapping(mapping, text); err != nil {
			return nil, err
		}
	}
	found, err := history.Examine(interruptible{file, ctx}, name, o)
	// An interrupted reading may look like a damaged file, whose good rows are used.
	if interrupted := ctx.Err(); interrupted != nil {
		return nil, interrupted
	}
	return found, err
}

// openHistory opens the reader of a history, with the mapping of a file if one is named.
func openHistory(ctx context.Context, file io.ReadSeeker, name, mapping string, o history.Options) (*history.Reader, error) {
	found, err := examine(ctx, file, name, mapping, o)
	if err != nil {
		return nil, err
	}
	return found.Reader()
}

// tickets yields the tickets of a history, and at the end an error if the command was
// interrupted, since the reader may have taken that for a damaged file.
func tickets(ctx context.Context, r *history.Reader) iter.Seq2[history.Ticket, error] {
	return func(yield func(history.Ticket, error) bool) {
		for t, err := range r.Tickets() {
			if ctx.Err() != nil {
				break
			}
			if !yield(t, err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(history.Ticket{}, err)
		}
	}
}
