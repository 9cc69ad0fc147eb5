package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// statuses are the answers to faults, by kind.
var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Forbidden: http.StatusForbidden,
	fault.Conflict: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable, fault.SignedOut: http.StatusUnauthorized,
	fault.TooMany: http.StatusTooManyRequests,
}

// fail answers a request that did not go well.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) && v.ctx().Err() != nil {
		return // nobody waits for an answer
	}
	faults := v.faultsOf(err)
	if faults[0].Kind == fault.SignedOut && !v.live() && !changes(v.r.Method) {
		http.Redirect(v.w, v.r, "/sign-in?to="+url.QueryEscape(v.r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	v.show(faults...)
}

// faultsOf is what is said of an error. A fault is for the person; any other error is ours, and
// goes to the log under a reference: with its route and not its address, for some addresses are
// secrets.
func (v *visit) faultsOf(err error) []*fault.Fault {
	if faults := fault.All(err); len(faults) > 0 {
		return faults
	}
	v.site.config.Log.ErrorContext(v.ctx(), "error", "reference", v.reference, "problem", err.Error(), "route", v.r.Pattern)
	return fault.List{fault.New(fault.Unavailable, CodeBroken)}
}

// statusOf is the answer to an error.
func (v *visit) statusOf(err error) int {
	for _, f := range fault.All(err) {
		return statuses[f.Kind]
	}
	return http.StatusInternalServerError
}

// show writes the page of a fault, or a part of a page where script asked for one.
func (v *visit) show(faults ...*fault.Fault) {
	first := faults[0]
	status := statuses[first.Kind]
	if first.Code == CodeBroken {
		status = http.StatusInternalServerError
	}
	if first.Kind == fault.Unavailable || first.Kind == fault.TooMany {
		v.w.Header().Set("Retry-After", strconv.Itoa(retryAfter(first)))
	}
	problem := v.problem(first)
	err := v.render(status, ui.ErrorPage(v.frame(v.voice.Text("web.error")), problem))
	if err != nil {
		v.site.config.Log.WarnContext(v.ctx(), "answer not written", "reference", v.reference, "problem", err.Error())
	}
}

// retryAfter is how many seconds somebody who is turned away should wait.
func retryAfter(f *fault.Fault) int {
	if wait, ok := f.Get("wait").(time.Duration); ok {
		return int((wait + time.Second - 1) / time.Second)
	}
	return 5
}

// problem says a fault to a person. What another program says, such as a database that is away,
// is for the log.
func (v *visit) problem(f *fault.Fault) ui.Problem {
	if said := f.Get("problem"); f.Kind == fault.Unavailable && said != nil {
		v.site.config.Log.WarnContext(v.ctx(), "request not possible", "reference", v.reference, "code", string(f.Code), "problem", said)
		f = fault.New(fault.Unavailable, CodeUnavailable)
	}
	return ui.Problem{What: v.voice.Fault(f), Cure: v.voice.Cure(f), Reference: v.reference}
}

// aboutField names the field that the codes of a group speak of, where they do not say it.
var aboutField = []struct{ begins, field string }{
	{"person.password_", "password"},
	{"person.name_", "name"},
	{"person.email_", "email"},
	{"store.email_", "email"},
}

// fieldOf is the name of the field that a fault is about, "" when it is about none.
func fieldOf(f *fault.Fault) string {
	if name, ok := f.Get("field").(string); ok {
		return name
	}
	for _, a := range aboutField {
		if strings.HasPrefix(string(f.Code), a.begins) {
			return a.field
		}
	}
	return ""
}

// errorsOf gives what is wrong with each field of a form, and what concerns none.
func (v *visit) errorsOf(err error) (fields map[string]string, other *ui.Problem) {
	fields = map[string]string{}
	for _, f := range fault.All(err) {
		name := fieldOf(f)
		if name != "" && fields[name] == "" {
			fields[name] = v.voice.Fault(f) + " " + v.voice.Cure(f)
			continue
		}
		if other == nil {
			p := v.problem(f)
			other = &p
		}
	}
	return fields, other
}
