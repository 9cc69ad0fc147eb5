package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Route is one operation of the API: what a test of all routes needs to know.
type Route struct {
	Method      string
	Pattern     string              // of net/http's mux, with the prefix
	Permissions []access.Permission // any of these opens it; none only for what is Public
	Public      bool                // it is for everybody, without a token
}

// operation is how an operation is declared.
type operation struct {
	method, path string
	id           string
	tag          string
	summary      string
	doc          string
	may          []access.Permission // any of these
	status       int                 // when it was done, 200 unless given
	body         any                 // nil: no body
	optional     bool                // the body may be left out
	media        string              // of the body, JSON unless given
	most         int64               // bytes of the body, maxBody unless given
}

// maxBody is the most bytes that a body may have, but for files.
const maxBody = 1 << 20

// prefix is where the operations of this version of the API lie.
const prefix = "/api/v1"

// routes is the registry of operations. What is not in it is not there.
type routes struct {
	huma huma.API
	desk *desk
	list []Route
}

// add adds an operation. It panics on one that does not say who may use it, or that takes a
// permission which nobody has: what is not granted is denied.
func add[I, O any](r *routes, op *operation, do func(context.Context, *caller, *I) (*O, error)) {
	if len(op.may) == 0 || slices.Contains(op.may, "") {
		panic(fmt.Sprintf("api: %s %s names no permission", op.method, op.path))
	}
	full := prefix + op.path
	r.list = append(r.list, Route{Method: op.method, Pattern: op.method + " " + full, Permissions: op.may})
	h := huma.Operation{
		Method: op.method, Path: full, OperationID: op.id, Summary: op.summary, Description: op.doc, Tags: []string{op.tag},
		DefaultStatus: op.status, SkipValidateParams: true, SkipValidateBody: true, MaxBodyBytes: cmp.Or(op.most, maxBody) + 1,
		Security:   []map[string][]string{{"token": {}}},
		Extensions: map[string]any{"x-permissions": op.may},
	}
	g := guard{desk: r.desk, op: op, params: paramsOf(reflect.TypeFor[I]())}
	h.Middlewares = huma.Middlewares{g.admit}
	huma.Register(r.huma, h, func(ctx context.Context, in *I) (*O, error) {
		c := callerOf(ctx)
		out, err := do(ctx, c, in)
		if err != nil {
			return nil, c.problem(ctx, err)
		}
		return out, nil
	})
	r.describeBody(op, full)
}

// describeBody puts what a body holds into the document: it is read by readJSON, so that
// the library knows no more of it than bytes.
func (r *routes) describeBody(op *operation, full string) {
	described := r.operationOf(op.method, full)
	if op.body == nil {
		return
	}
	described.RequestBody.Required = !op.optional
	t := reflect.TypeOf(op.body)
	schema := r.huma.OpenAPI().Components.Schemas.Schema(t, true, "")
	described.RequestBody.Content = map[string]*huma.MediaType{"application/json": {Schema: schema}}
}

func (r *routes) operationOf(method, full string) *huma.Operation {
	item := r.huma.OpenAPI().Paths[full]
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPut:
		return item.Put
	case http.MethodDelete:
		return item.Delete
	default:
		return item.Post
	}
}

// params are the names of the query parameters of an operation; true for one that may come
// more than once.
type params map[string]bool

func paramsOf(t reflect.Type) params {
	all := params{}
	for f := range fieldsOf(t) {
		if name, style, _ := strings.Cut(f.Tag.Get("query"), ","); name != "" {
			all[name] = style == "explode"
		}
	}
	return all
}

// guard is the door of an operation.
type guard struct {
	desk   *desk
	op     *operation
	params params
}

// admit lets a request in whose sender may use the operation and that is of the form that
// the operation wants.
func (g *guard) admit(ctx huma.Context, next func(huma.Context)) {
	c := callerOf(ctx.Context())
	if err := g.check(ctx, c); err != nil {
		p := c.problem(ctx.Context(), err)
		for name, values := range p.GetHeaders() {
			ctx.SetHeader(name, values[0])
		}
		huma.WriteErr(g.desk.routes.huma, ctx, p.Status, "", p) //nolint:errcheck // who asked has gone
		return
	}
	next(ctx)
}

func (g *guard) check(ctx huma.Context, c *caller) error {
	token, err := bearer(ctx.Header("Authorization"))
	if err != nil {
		return err
	}
	who, err := g.desk.app.ActorOfToken(ctx.Context(), token)
	if err != nil {
		return err
	}
	r, _ := humago.Unwrap(ctx)
	size := r.ContentLength
	if size < 0 { // it is not said
		size = cmp.Or(g.op.most, maxBody)
	}
	if err := g.desk.app.Admit(who, size); err != nil {
		return err
	}
	c.actor = who.Actor
	if !slices.ContainsFunc(g.op.may, c.actor.May) {
		return c.actor.Authorise(g.op.may[0])
	}
	c.conditional = ctx.Header("If-Match") != ""
	if err := g.checkQuery(ctx); err != nil {
		return err
	}
	return g.checkMedia(ctx)
}

// checkQuery refuses what would be ignored otherwise: a filter with a slip of the pen
// would list everything.
func (g *guard) checkQuery(ctx huma.Context) error {
	u := ctx.URL()
	if u.RawQuery == "" {
		return nil
	}
	var faults fault.List
	values := u.Query()
	for _, name := range sortedKeys(values) {
		many, known := g.params[name]
		switch {
		case !known:
			faults = append(faults, fault.New(fault.Invalid, CodeNoParameter, "parameter", name))
		case !many && len(values[name]) > 1:
			faults = append(faults, fault.New(fault.Invalid, CodeParameterMore, "parameter", name))
		case many && slices.Contains(values[name], ""):
			faults = append(faults, fault.New(fault.Invalid, CodeParameterNone, "parameter", name))
		}
	}
	return faults.Err()
}

// checkMedia refuses a body that says that it is something else than what is read.
func (g *guard) checkMedia(ctx huma.Context) error {
	if g.op.body == nil && g.op.media == "" {
		return nil
	}
	wanted := cmp.Or(g.op.media, "application/json")
	given, _, _ := strings.Cut(ctx.Header("Content-Type"), ";")
	given = strings.ToLower(strings.TrimSpace(given))
	r, _ := humago.Unwrap(ctx)
	if given == wanted || r.ContentLength == 0 {
		return nil
	}
	return fault.New(fault.Invalid, CodeMedia, "wanted", wanted)
}
