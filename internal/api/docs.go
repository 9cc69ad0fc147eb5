package api

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed page
var pages embed.FS

var docsPage = template.Must(template.ParseFS(pages, "page/docs.html"))

// documents are what tells of the API, made when somebody first asks.
type documents struct {
	json, yaml, html []byte
}

// pages adds the addresses that tell of the API. They are for everybody: they say what the
// program can do, and nothing of what is in it.
func (d *desk) pages() {
	made := sync.OnceValues(func() (documents, error) { return document(d.routes.huma.OpenAPI()) })
	serve := func(path, media string, of func(*documents) []byte) {
		pattern := http.MethodGet + " " + path
		d.routes.list = append(d.routes.list, Route{Method: http.MethodGet, Pattern: pattern, Public: true})
		d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			all, err := made()
			if err != nil {
				callerOf(r.Context()).problem(r.Context(), err).write(w)
				return
			}
			w.Header().Set("Content-Type", media)
			w.Header().Set("Content-Language", "en")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
			w.Write(of(&all)) //nolint:errcheck // who asked has gone
		})
	}
	serve(prefix+"/openapi.json", "application/openapi+json", func(all *documents) []byte { return all.json })
	serve(prefix+"/openapi.yaml", "application/openapi+yaml", func(all *documents) []byte { return all.yaml })
	serve("/api/docs", "text/html; charset=utf-8", func(all *documents) []byte { return all.html })
	serve("/api/docs.css", "text/css; charset=utf-8", func(*documents) []byte {
		style, err := pages.ReadFile("page/docs.css")
		if err != nil {
			panic(err) // it is in the program
		}
		return style
	})
}

// document writes the OpenAPI document in all its forms.
func document(o *huma.OpenAPI) (all documents, err error) {
	text, err := json.Marshal(o)
	if err != nil {
		return all, err
	}
	var indented, page bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		return all, err
	}
	all.json = indented.Bytes()
	if all.yaml, err = o.YAML(); err != nil {
		return all, err
	}
	err = docsPage.Execute(&page, describeAll(o))
	all.html = page.Bytes()
	return all, err
}

// The page, as its template wants it.
type (
	docsView struct {
		Title, Version string
		Intro          []string
		Tags           []docsTag
		Schemas        []docsSchema
	}
	docsTag struct {
		Name       string
		Operations []docsOperation
	}
	docsOperation struct {
		ID, Method, Path, Summary, Doc string
		May                            any
		Params                         []docsField
		Body                           *docsType
		Answers                        []docsAnswer
	}
	docsField struct {
		Name, In, Doc string
		Type          docsType
		Required      bool
	}
	docsAnswer struct {
		Status string
		Type   *docsType
	}
	docsSchema struct {
		Name   string
		Fields []docsField
	}
	docsType struct {
		Many      bool
		Ref, Word string
		Enum      []any
	}
)

func describeAll(o *huma.OpenAPI) docsView {
	v := docsView{Title: o.Info.Title, Version: o.Info.Version, Intro: strings.Split(o.Info.Description, "\n\n")}
	byTag := map[string][]docsOperation{}
	for _, path := range sortedKeys(o.Paths) {
		item := o.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op != nil {
				byTag[op.Tags[0]] = append(byTag[op.Tags[0]], describeOperation(path, op))
			}
		}
	}
	for _, tag := range sortedKeys(byTag) {
		v.Tags = append(v.Tags, docsTag{tag, byTag[tag]})
	}
	all := o.Components.Schemas.Map()
	for _, name := range sortedKeys(all) {
		s := docsSchema{Name: name}
		for _, field := range sortedKeys(all[name].Properties) {
			p := all[name].Properties[field]
			s.Fields = append(s.Fields, docsField{Name: field, Doc: p.Description, Type: describeType(p), Required: slices.Contains(all[name].Required, field)})
		}
		v.Schemas = append(v.Schemas, s)
	}
	return v
}

func describeOperation(path string, op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Doc: op.Description, May: op.Extensions["x-permissions"]}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsField{Name: p.Name, In: p.In, Doc: p.Description, Type: describeType(p.Schema), Required: p.Required})
	}
	if op.RequestBody != nil {
		d.Body = describeContent(op.RequestBody.Content)
	}
	for _, status := range sortedKeys(op.Responses) {
		d.Answers = append(d.Answers, docsAnswer{status, describeContent(op.Responses[status].Content)})
	}
	return d
}

func describeContent(content map[string]*huma.MediaType) *docsType {
	if len(content) == 0 {
		return nil
	}
	media := sortedKeys(content)[0]
	t := describeType(content[media].Schema)
	if t.Ref == "" {
		t.Word = media
	}
	return &t
}

func describeType(s *huma.Schema) docsType {
	t := docsType{Enum: s.Enum}
	if s.Type == huma.TypeArray && s.Items != nil {
		t = describeType(s.Items)
		t.Many = true
		return t
	}
	t.Ref = strings.TrimPrefix(s.Ref, schemaPrefix)
	if t.Word = s.Type; s.Format != "" {
		t.Word = s.Format
	}
	return t
}
