// Package static has the files that browsers load: one style sheet, one script, one font.
//
// What is served lies in dist and is made from src and vendor by tools/web (make generate).
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strings"
)

//go:generate go run -C ../../../tools/web . -static ../../internal/web/static

//go:embed dist
var dist embed.FS

// Prefix is the path under which Handler serves.
const Prefix = "/static/"

// version names the content of all files together. It stands in the path, so that a style
// sheet finds its font beside it, and a page of an older program never gets files of this one
// from a cache.
var version = sum(dist)

func sum(files fs.FS) string {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		h.Write([]byte(path + "\x00"))
		h.Write(content)
		return err
	})
	if err != nil {
		panic("static: " + err.Error()) // embedded files can be read
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// URL is the address of a file of dist, such as "desk.css". It changes when any file does.
func URL(name string) string { return Prefix + version + "/" + name }

// Handler serves the files below Prefix. An address made by URL may be kept for ever; one
// that an older or newer program made gives the file of this one, and is kept by nobody.
func Handler() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("static: " + err.Error()) // the directory is embedded
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		if name == "" || strings.HasSuffix(name, "/") {
			http.NotFound(w, r)
			return
		}
		keep := "no-cache"
		if asked == version {
			keep = "public, max-age=31536000, immutable"
		}
		w.Header().Set("Cache-Control", keep)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.StripPrefix(Prefix+asked, serve).ServeHTTP(w, r)
	})
}
