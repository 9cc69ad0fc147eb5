package cli

import (
	"os"
	"path/filepath"
)

// write puts a finished text out: to the terminal, or into a file that appears whole or not
// at all.
func (c *Console) write(name string, text []byte) error {
	if name == "" {
		_, err := c.Out.Write(text)
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(name), ".watchbill-*")
	if err != nil {
		return fileFault(name, err)
	}
	defer func() { _ = os.Remove(draft.Name()) }() // gone when all went well
	_, err = draft.Write(text)
	if closed := draft.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(draft.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(draft.Name(), name)
	}
	if err != nil {
		return fileFault(name, err)
	}
	return nil
}
