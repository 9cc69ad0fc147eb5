package ticket

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// OctetStream is the type of a file that is not shown, only handed out.
const OctetStream = "application/octet-stream"

// signatures begin the files that a browser may show: pictures without script.
var signatures = []struct {
	begins, media string
	measure       func(io.Reader) (image.Config, error)
}{
	{"\x89PNG\r\n\x1a\n", "image/png", png.DecodeConfig},
	{"\xff\xd8\xff", "image/jpeg", jpeg.DecodeConfig},
	{"GIF87a", "image/gif", gif.DecodeConfig},
	{"GIF89a", "image/gif", gif.DecodeConfig},
}

// mostPixels is the most of a picture that is shown: a few kilobytes can be drawn to fill the
// memory of whoever opens the page.
const mostPixels = 50_000_000

// MediaOf derives the type of a file from its content. What its sender said does not count,
// since a browser would run what somebody calls a picture. A picture that is too large to be
// drawn is a file like any other.
func MediaOf(body []byte) string {
	for _, s := range signatures {
		if !bytes.HasPrefix(body, []byte(s.begins)) {
			continue
		}
		if c, err := s.measure(bytes.NewReader(body)); err == nil && int64(c.Width)*int64(c.Height) > mostPixels {
			break
		}
		return s.media
	}
	return OctetStream
}
