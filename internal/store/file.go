package store

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// File is what a person attached to a ticket. It belongs to that ticket for ever.
type File struct {
	ID     string
	Stream string
	Name   string // for people; it never names a file on a disk
	Media  string // derived from the content, not what the sender said
	Size   int
	SHA256 string // of the body, in hex
}

// AddFile keeps a file with its body. ID, Size and SHA256 of f are set here.
func (c *Client) AddFile(f File, body []byte) (File, error) {
	sum := sha256.Sum256(body)
	f.ID, f.Size, f.SHA256 = c.tx.newKey(), len(body), hex.EncodeToString(sum[:])
	_, err := c.exec(`
		INSERT INTO files (client, file, stream, name, media, size, sha256, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, f.ID, f.Stream, f.Name, f.Media, f.Size, f.SHA256, body)
	return f, err
}

// Files lists the files of a ticket, the oldest first, without their bodies.
func (c *Client) Files(stream string) ([]File, error) {
	return clientQuery(c, scanFile, `
		SELECT file, stream, name, media, size, sha256 FROM files
		WHERE client = $1 AND stream = $2 ORDER BY file`, stream)
}

func scanFile(r row) (f File, err error) {
	err = r.Scan(&f.ID, &f.Stream, &f.Name, &f.Media, &f.Size, &f.SHA256)
	return f, err
}

// FileBody reads the body of a file of a ticket. CodeFileUnknown says that there is none, or
// that it was erased.
func (c *Client) FileBody(stream, id string) ([]byte, error) {
	found, err := clientQuery(c, scanOne[[]byte],
		`SELECT body FROM files WHERE client = $1 AND stream = $2 AND file = $3`, stream, id)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, CodeFileUnknown)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// EraseFile erases a file. Erasing what is erased does nothing.
func (c *Client) EraseFile(id string) error {
	_, err := c.exec(`DELETE FROM files WHERE client = $1 AND file = $2`, id)
	return err
}
