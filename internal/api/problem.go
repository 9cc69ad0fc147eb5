package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Problem is why a request was not done, in the form of RFC 9457. Nothing was changed,
// unless the code says that this is not known.
type Problem struct {
	Type       string         `json:"type" doc:"A name for the kind of problem: urn:watchbill:problem: and the code. It does not change." example:"urn:watchbill:problem:ticket.no_title"`
	Title      string         `json:"title" doc:"What the status means, in the language of the answer."`
	Status     int            `json:"status" doc:"The HTTP status."`
	Detail     string         `json:"detail" doc:"What is wrong, in the language of the answer."`
	Cure       string         `json:"cure,omitempty" doc:"What to do about it, in the language of the answer."`
	Code       string         `json:"code" doc:"What is wrong, as a word that does not change." example:"ticket.no_title"`
	Args       map[string]any `json:"args,omitempty" doc:"What the code speaks of: instants as RFC 3339 in UTC, spans in seconds."`
	Errors     []FieldProblem `json:"errors,omitempty" doc:"What is wrong with single parts of the request."`
	Reference  string         `json:"reference" doc:"Names this answer in the log of the server." example:"0b1e9a4cfb3d7a20"`
	RetryAfter int            `json:"retry_after,omitempty" doc:"Seconds after which it makes sense to try again, as in the header Retry-After."`

	allowed string // methods, for 405
}

// FieldProblem is what is wrong with one part of a request.
type FieldProblem struct {
	Pointer   string         `json:"pointer,omitempty" doc:"The place in the body, as a JSON pointer (RFC 6901)." example:"/title"`
	Parameter string         `json:"parameter,omitempty" doc:"The parameter of the address."`
	Header    string         `json:"header,omitempty" doc:"The header."`
	Code      string         `json:"code" doc:"What is wrong, as a word that does not change."`
	Detail    string         `json:"detail" doc:"What is wrong, in the language of the answer."`
	Cure      string         `json:"cure,omitempty" doc:"What to do about it, in the language of the answer."`
	Args      map[string]any `json:"args,omitempty" doc:"What the code speaks of."`
}

// Error is for logs and tests.
func (p *Problem) Error() string {
	return strconv.Itoa(p.Status) + " " + p.Code + ": " + p.Detail
}

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="watchbill"`)
	}
	if p.allowed != "" {
		h.Set("Allow", p.allowed)
	}
	return h
}

// write sends a problem that no operation is there for.
func (p *Problem) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) //nolint:errcheck,errchkjson // who asked has gone
}

// retryAfter is when it makes sense to ask again for what does not answer, in seconds.
const retryAfter = 2

// problem tells who asked why it was not done. What only those who run the server need to
// know goes to the log.
func (c *caller) problem(ctx context.Context, err error) *Problem {
	faults := fault.All(err)
	switch {
	case len(faults) == 0 && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		faults = []*fault.Fault{fault.New(fault.Unavailable, CodeUnavailable)}
	case len(faults) == 0:
		c.log.ErrorContext(ctx, "request failed", slog.String("reference", c.reference), slog.Any("error", err))
		faults = []*fault.Fault{fault.New(fault.Unavailable, CodeFailed)}
	case faults[0].Kind == fault.Unavailable:
		c.log.WarnContext(ctx, "request not possible", slog.String("reference", c.reference), slog.Any("error", err))
		if faults[0].Get("problem") != nil { // what another program says is for the log
			faults = []*fault.Fault{fault.New(fault.Unavailable, CodeUnavailable)}
		}
	}
	return c.say(faults)
}

func (c *caller) say(faults []*fault.Fault) *Problem {
	first := faults[0]
	status := c.statusOf(first)
	var parts []FieldProblem
	for _, f := range faults {
		if part, ok := c.part(f); ok {
			parts = append(parts, part)
		}
	}
	if len(faults) > 1 {
		first = fault.New(first.Kind, CodeFields, "count", len(faults))
	}
	p := &Problem{
		Type: "urn:watchbill:problem:" + string(first.Code), Title: c.voice.Text("api.status." + strconv.Itoa(status)), Status: status,
		Detail: c.voice.Fault(first), Cure: c.voice.Cure(first), Code: string(first.Code), Args: wireArgs(c, first.Args),
		Errors: parts, Reference: c.reference,
	}
	p.allowed, _ = first.Get("allowed").(string)
	switch first.Kind {
	case fault.Unavailable:
		if status == http.StatusServiceUnavailable {
			p.RetryAfter = retryAfter
		}
	case fault.TooMany:
		p.RetryAfter = 1
		if wait, ok := first.Get("wait").(time.Duration); ok {
			p.RetryAfter = max(1, int((wait+time.Second-1)/time.Second))
		}
	}
	return p
}

// statusOf is the HTTP status of a fault.
func (c *caller) statusOf(f *fault.Fault) int {
	if status, ok := statuses[f.Code]; ok {
		return status
	}
	switch f.Kind {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Conflict:
		if f.Code == ticket.CodeMeanwhile && c.conditional {
			return http.StatusPreconditionFailed
		}
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.SignedOut:
		return http.StatusUnauthorized
	case fault.TooMany:
		return http.StatusTooManyRequests
	default:
		return http.StatusUnprocessableEntity
	}
}

// part is the fault as that of one part of the request, if it names one.
func (c *caller) part(f *fault.Fault) (FieldProblem, bool) {
	part := FieldProblem{Code: string(f.Code)}
	word := func(name string) string {
		text, _ := f.Get(name).(string)
		return text
	}
	part.Pointer, part.Parameter, part.Header = pointer(word("field")), word("parameter"), word("header")
	if part.Pointer == "" && part.Parameter == "" && part.Header == "" {
		return part, false
	}
	part.Detail, part.Cure, part.Args = c.voice.Fault(f), c.voice.Cure(f), wireArgs(c, f.Args)
	return part, true
}

// pointer is the JSON pointer of a field that the core names by its word alone.
func pointer(field string) string {
	if field == "" || strings.HasPrefix(field, "/") {
		return field
	}
	return "/" + field
}

// Reason is why the rules say what they say.
type Reason struct {
	Code string         `json:"code" doc:"What is said, as a word that does not change." example:"clock.paused"`
	Args map[string]any `json:"args,omitempty" doc:"What the code speaks of: instants as RFC 3339 in UTC, spans in seconds, reasons as reasons."`
	Text string         `json:"text" doc:"The same as a sentence in the language of the answer, instants in the zone of the contract."`
}

func (c *caller) reason(r reason.Reason) *Reason {
	if r.Code == "" {
		return nil
	}
	return &Reason{Code: string(r.Code), Args: wireArgs(c, r.Args), Text: c.voice.Reason(r)}
}

// refusal is why a step may not be taken.
func (c *caller) refusal(err error) *Reason {
	faults := fault.All(err)
	if len(faults) == 0 {
		return nil
	}
	f := faults[0]
	return &Reason{Code: string(f.Code), Args: wireArgs(c, f.Args), Text: c.voice.Fault(f)}
}

// wireArgs writes arguments as the values of JSON.
func wireArgs(c *caller, args []reason.Arg) map[string]any {
	if len(args) == 0 {
		return nil
	}
	wire := make(map[string]any, len(args))
	for _, a := range args {
		wire[a.Name] = wireArg(c, a.Value)
	}
	return wire
}

func wireArg(c *caller, value any) any {
	switch value := value.(type) {
	case time.Time:
		if value.IsZero() {
			return nil
		}
		return value.UTC()
	case time.Duration:
		return seconds(value)
	case reason.Reason:
		return c.reason(value)
	case []reason.Reason:
		all := make([]*Reason, len(value))
		for i, r := range value {
			all[i] = c.reason(r)
		}
		return all
	default:
		return value // words, numbers, dates and lists of them write themselves
	}
}

// seconds is a span in whole seconds, rounded towards zero.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }
