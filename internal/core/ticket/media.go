package ticket

import "bytes"

// OctetStream is the type of a file that is not shown, only handed out.
const OctetStream = "application/octet-stream"

// signatures begin the files that a browser may show: pictures without script.
var signatures = []struct{ begins, media string }{
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
}

// MediaOf derives the type of a file from its content. What its sender said does not count,
// since a browser would run what somebody calls a picture.
func MediaOf(body []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(body, []byte(s.begins)) {
			return s.media
		}
	}
	return OctetStream
}
