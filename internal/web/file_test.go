package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/desktest"
)

const png = "\x89PNG\r\n\x1a\n and what follows"

// TestFiles hands files out to be kept, whatever they are, and shows pictures only.
func TestFiles(t *testing.T) {
	t.Parallel()
	d, _, path := opened(t)
	b := d.browse("ann")
	b.upload(path+"/say", `evil".html`, []byte("<script>alert(1)</script>"), "text", "See the page.", "to", "client", "once", "a").leads(path)
	b.upload(path+"/attached", "shot.png", []byte(png), "internal", "on", "once", "b").leads(path)
	page := b.get(path).contains("#timeline", "See the page.").contains("#timeline", "shot.png")

	files := page.links(path + "/files/")
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	for _, file := range files {
		a := b.get(file).wants(http.StatusOK)
		h := a.header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != "application/octet-stream" ||
			!strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") {
			t.Errorf("%s would be run: %v", file, h)
		}
	}
	shown := page.links(path + "/pictures/")
	if len(shown) != 2 || shown[0] != shown[1] { // the link, and the picture in it
		t.Fatalf("pictures: %v", shown)
	}
	a := b.get(shown[0]).wants(http.StatusOK)
	if a.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(a.header.Get("Content-Security-Policy"), "sandbox;") || a.body != png {
		t.Errorf("the picture: %v", a.header)
	}
	b.get(strings.Replace(files[0], "/files/", "/pictures/", 1)).wants(http.StatusNotFound)
	d.agentOf(desktest.Kompas).get(files[0]).wants(http.StatusNotFound)
}

// TestFileLimit refuses what is too large or empty before anything is said.
func TestFileLimit(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	before := d.As("ann").Opens(ref).Head
	a := b.upload(path+"/say", "big.bin", bytes.Repeat([]byte("x"), app.MaxFile+1), "text", "See the file.", "to", "client", "once", "a")
	a.wants(http.StatusUnprocessableEntity)
	if a.value("text") != "See the file." || a.one("#compose-error") == nil {
		t.Error("the text is lost, or nothing is said")
	}
	b.upload(path+"/say", "huge.bin", bytes.Repeat([]byte("x"), app.MaxFile+2<<20), "text", "x", "to", "client").wants(http.StatusUnprocessableEntity)
	b.upload(path+"/attached", "empty.txt", nil).wants(http.StatusUnprocessableEntity)
	if d.As("ann").Opens(ref).Head != before {
		t.Error("something was recorded")
	}
	b.upload(path+"/say", "", nil, "text", "No file at all.", "to", "client", "once", "b").leads(path)
}

// TestFileOnce sends a message with a file twice.
func TestFileOnce(t *testing.T) {
	t.Parallel()
	d, _, path := opened(t)
	b := d.browse("ann")
	for range 2 {
		b.upload(path+"/say", "log.txt", []byte("one line"), "text", "The log.", "to", "inside", "once", "a").leads(path)
	}
	if n := len(b.get(path).links(path + "/files/")); n != 1 {
		t.Errorf("%d files, want 1", n)
	}
}
