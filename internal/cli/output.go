package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of faults of what a command writes.
const (
	CodeOutputFailed  reason.Code = "cli.output_failed"   // problem
	CodeOutputIsInput reason.Code = "cli.output_is_input" // file
	CodeFileExists    reason.Code = "cli.file_exists"     // file
)

// printer is the standard output of one command. It remembers what the many prints of the
// command need not look at.
type printer struct {
	w     io.Writer
	wrote bool  // something got out, here or into a file
	err   error // the first that went wrong; nothing is written after it
}

func (p *printer) Write(text []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	var n int
	n, p.err = p.w.Write(text)
	p.wrote = p.wrote || n > 0
	return n, p.err
}

// fault is what went wrong with the output, nil for nothing.
func (p *printer) fault() *fault.Fault {
	if p.err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, CodeOutputFailed, "problem", problemOf(p.err)).Because(p.err)
}

// writeNew writes a file that must not exist yet.
func (c *Console) writeNew(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, CodeFileExists, "file", name).At(fault.Position{File: name}).Because(err)
	}
	if err != nil {
		return fileFault(name, err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(fileFault(name, err), os.Remove(name))
	}
	c.printer.wrote = true
	return nil
}

// writeWhole writes a file as a whole or not at all: under another name first. An existing
// file keeps its mode, and a link goes on to point at it. What is no file, such as a pipe,
// is written to directly.
func (c *Console) writeWhole(name string, write func(io.Writer) error) error {
	info, err := os.Stat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		err = writeInto(name, write)
	case err == nil:
		err = replace(linked(name), info, write)
	default:
		err = replace(linked(name), nil, write)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case err != nil:
		return fileFault(name, err)
	}
	c.printer.wrote = true
	return nil
}

// writeInto writes to what is there and stays there.
func writeInto(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// replace puts a new file in the place of an old one, nil for none.
func replace(name string, old fs.FileInfo, write func(io.Writer) error) error {
	part := filepath.Join(filepath.Dir(name), fmt.Sprintf(".watchbill-%x", rand.Uint64()))
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil && old != nil {
		err = file.Chmod(old.Mode().Perm())
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		os.Remove(part) //nolint:errcheck // the error that matters is the one before
	}
	return err
}

// linked is the file that a link stands for, which need not be there yet.
func linked(name string) string {
	if file, err := filepath.EvalSymlinks(name); err == nil {
		return file
	}
	file, err := os.Readlink(name)
	switch {
	case err != nil:
		return name
	case filepath.IsAbs(file):
		return file
	}
	return filepath.Join(filepath.Dir(name), file)
}

// refuseInput refuses to write over a file that is read. A directory stands for the
// contract files in it.
func refuseInput(output string, inputs ...string) error {
	there, missing := os.Stat(output)
	if missing == nil && there.Mode().IsRegular() {
		return refuseSame(output, there, inputs)
	}
	return nil // nothing is lost
}

func refuseSame(output string, there fs.FileInfo, inputs []string) error {
	for _, input := range inputs {
		info, missing := os.Stat(input)
		switch {
		case missing != nil: // said better when it is read
		case os.SameFile(there, info):
			return fault.New(fault.Invalid, CodeOutputIsInput, "file", output).At(fault.Position{File: output})
		case info.IsDir():
			files, err := contractFiles(input)
			if err == nil {
				err = refuseSame(output, there, files)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
