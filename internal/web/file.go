package web

import (
	"io"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// file hands out a file of a ticket, never to be run by the browser.
func (s *Site) file(v *visit) error {
	f, body, err := s.app.File(v.ctx(), v.actor, v.ref(), v.r.PathValue("file"))
	if err != nil {
		return err
	}
	v.handOut(f.Name, body)
	return nil
}

// picture shows a file of a ticket in its page. Only what is a picture by its content is, so
// that nothing else is ever shown in the place of a page of ours.
func (s *Site) picture(v *visit) error {
	_, body, err := s.app.File(v.ctx(), v.actor, v.ref(), v.r.PathValue("file"))
	if err != nil {
		return err
	}
	media := ticket.MediaOf(body)
	if !isPicture(media) {
		return fault.New(fault.NotFound, CodePageUnknown)
	}
	h := v.w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = v.w.Write(body) // the browser that went away needs no answer
	return nil
}

// isPicture tells whether a type that was derived from a content may be shown.
func isPicture(media string) bool { return strings.HasPrefix(media, "image/") }

// handOut sends a file to be kept, never to be shown or run in the place of a page of ours.
func (v *visit) handOut(name string, body []byte) {
	h := v.w.Header()
	h.Set("Content-Type", ticket.OctetStream)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = v.w.Write(body) // the browser that went away needs no answer
}

// sentFiles reads the files of a form, each checked, so that nothing is done when one is wrong.
func (v *visit) sentFiles(internal bool) ([]app.NewFile, error) {
	if v.r.MultipartForm == nil {
		return nil, nil
	}
	var files []app.NewFile
	for _, sent := range v.r.MultipartForm.File["file"] {
		if sent.Filename == "" {
			continue // nothing was chosen
		}
		body, err := read(sent)
		if err != nil {
			return nil, err
		}
		switch {
		case len(body) == 0:
			return nil, fault.New(fault.Invalid, app.CodeFileEmpty, "field", "file")
		case len(body) > app.MaxFile:
			return nil, fault.New(fault.Invalid, app.CodeFileLarge, "field", "file", "most", app.MaxFile>>20)
		}
		files = append(files, app.NewFile{Name: sent.Filename, Body: body, Internal: internal})
	}
	return files, nil
}

func read(sent *multipart.FileHeader) ([]byte, error) {
	file, err := sent.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// attach keeps the files of a form. Sent again, none is kept twice.
func (v *visit) attach(cmd app.Command, files []app.NewFile) error {
	once := cmd.Once
	for i, f := range files {
		if once != "" {
			cmd.Once = once + "/file " + strconv.Itoa(i)
		}
		if _, err := v.site.app.Attach(v.ctx(), v.actor, v.ref(), cmd, f); err != nil {
			return err
		}
	}
	return nil
}
