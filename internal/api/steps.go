package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// stepWords are the last parts of the addresses of steps.
var stepWords = map[ticket.Step]string{
	ticket.StepOf(ticket.Acknowledged{}):       "acknowledge",
	ticket.StepOf(ticket.Classified{}):         "classify",
	ticket.StepOf(ticket.Assigned{}):           "assign",
	ticket.StepOf(ticket.Replied{}):            "reply",
	ticket.StepOf(ticket.Wrote{}):              "write",
	ticket.StepOf(ticket.Noted{}):              "note",
	ticket.StepOf(ticket.Waits{}):              "wait",
	ticket.StepOf(ticket.Resumed{}):            "resume",
	ticket.StepOf(ticket.Escalated{}):          "escalate",
	ticket.StepOf(ticket.Restored{}):           "restore",
	ticket.StepOf(ticket.Resolved{}):           "resolve",
	ticket.StepOf(ticket.Closed{}):             "close",
	ticket.StepOf(ticket.Reopened{}):           "reopen",
	ticket.StepOf(ticket.Merged{}):             "merge",
	ticket.StepOf(ticket.Linked{}):             "link",
	ticket.StepOf(ticket.Unlinked{}):           "unlink",
	ticket.StepOf(ticket.Titled{}):             "retitle",
	ticket.StepOf(ticket.Attached{}):           "attach",
	ticket.StepOf(ticket.DueAgreed{}):          "agree-due",
	ticket.StepOf(ticket.DueWithdrawn{}):       "withdraw-due",
	ticket.StepOf(ticket.RootCausePublished{}): "publish-root-cause",
	ticket.StepOf(ticket.Worked{}):             "log-work",
	ticket.StepOf(ticket.WorkWithdrawn{}):      "withdraw-work",
}

// AnyStep is a step of several that are taken in one go: one of the fields is set.
type AnyStep struct {
	Acknowledge      *Acknowledge      `json:"acknowledge,omitempty"`
	Classify         *Classify         `json:"classify,omitempty"`
	Assign           *Assign           `json:"assign,omitempty"`
	Reply            *Reply            `json:"reply,omitempty"`
	Note             *Note             `json:"note,omitempty"`
	Write            *Write            `json:"write,omitempty"`
	Wait             *Wait             `json:"wait,omitempty"`
	Resume           *Resume           `json:"resume,omitempty"`
	Escalate         *Escalate         `json:"escalate,omitempty"`
	Restore          *Restore          `json:"restore,omitempty"`
	Resolve          *Resolve          `json:"resolve,omitempty"`
	Close            *Close            `json:"close,omitempty"`
	Reopen           *Reopen           `json:"reopen,omitempty"`
	Retitle          *Retitle          `json:"retitle,omitempty"`
	AgreeDue         *AgreeDue         `json:"agree-due,omitempty"`
	WithdrawDue      *WithdrawDue      `json:"withdraw-due,omitempty"`
	PublishRootCause *PublishRootCause `json:"publish-root-cause,omitempty"`
	LogWork          *LogWork          `json:"log-work,omitempty"`
	WithdrawWork     *WithdrawWork     `json:"withdraw-work,omitempty"`
}

// anyStepWords are the names that AnyStep knows.
var anyStepWords = func() []string {
	var all []string
	for f := range fieldsOf(reflect.TypeFor[AnyStep]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}()

// maxSteps is the most steps of one command.
const maxSteps = 10

// stepsOf reads the steps of one command: each must name exactly one.
func stepsOf(given []AnyStep) ([]app.Step, error) {
	var r reading
	if len(given) == 0 || len(given) > maxSteps {
		return nil, fault.New(fault.Invalid, CodeSteps, "field", "/steps", "most", maxSteps)
	}
	steps := make([]app.Step, len(given))
	for i := range given {
		at := "/steps/" + strconv.Itoa(i)
		named := 0
		for j, v := range reflect.ValueOf(&given[i]).Elem().Fields() {
			if v.IsNil() {
				continue
			}
			named++
			r.under = at + "/" + strings.Split(j.Tag.Get("json"), ",")[0]
			steps[i] = v.Interface().(stepBody).step(&r) //nolint:forcetypeassert // every field of AnyStep is one
		}
		if named != 1 {
			r.faults = append(r.faults, fault.New(fault.Invalid, CodeNoStep, "field", at, "known", anyStepWords))
		}
	}
	return steps, r.faults.Err()
}

type stepRequest struct {
	TicketPath
	Sending
	RawBody []byte `contentType:"application/json"`
}

// Taken is the answer to a step.
type Taken struct {
	Key  string `json:"key" doc:"Key of the ticket."`
	Head int    `json:"head" doc:"Number of its last entry after it, of those that you see."`
}

type taken struct {
	ETag string `header:"ETag" doc:"For If-Match."`
	Body Taken
}

func takenAs(key string, head int, err error) (*taken, error) {
	if err != nil {
		return nil, err
	}
	return &taken{etag(head), Taken{key, head}}, nil
}

// stepping are the permissions to take steps, of the provider's people and of the client's.
var stepping = []access.Permission{access.RecordEntries, access.AnswerTickets}

// addStep adds the operation that takes one step.
func addStep[B any, P interface {
	*B
	stepBody
}](d *desk, f ticket.Fact, summary, doc string, optional bool, may ...access.Permission) {
	var body B
	if may == nil {
		may = stepping
	}
	add(d.routes, stepOperation(f, summary, doc, body, optional, may), func(ctx context.Context, c *caller, in *stepRequest) (*taken, error) {
		var body B
		if err := readStep(in.RawBody, &body, optional); err != nil {
			return nil, err
		}
		cmd, err := in.command()
		if err != nil {
			return nil, err
		}
		var r reading
		step := P(&body).step(&r)
		if err := r.faults.Err(); err != nil {
			return nil, err
		}
		head, err := d.app.Take(ctx, c.actor, in.ref(), cmd, step)
		return takenAs(in.Key, head, err)
	})
}

func stepOperation(f ticket.Fact, summary, doc string, body any, optional bool, may []access.Permission) *operation {
	word := stepWords[ticket.StepOf(f)]
	return &operation{
		method: http.MethodPost, path: "/clients/{client}/tickets/{key}/" + word, id: camel(word), tag: "steps", may: may,
		summary: summary, doc: doc, body: body, optional: optional,
	}
}

// readStep reads the body of a step, which may be left out where all in it may.
func readStep(body []byte, into any, optional bool) error {
	if optional && len(body) == 0 {
		return nil
	}
	return readJSON(body, into)
}

// camel writes a word of an address as the id of an operation.
func camel(word string) string {
	parts := strings.Split(word, "-")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "") + "Ticket"
}

// steps adds the operations that take steps.
func (d *desk) steps() {
	desk := access.RecordEntries
	addStep[Acknowledge](d, ticket.Acknowledged{}, "Acknowledge", "A person takes the ticket up. It meets the response target.", true)
	addStep[Classify](d, ticket.Classified{}, "Set the priority", "Impact and urgency set the priority by the contract, or it is given by hand.", false, desk)
	addStep[Assign](d, ticket.Assigned{}, "Assign", "Gives the ticket to a level, a team and a person.", false, desk)
	addStep[Reply](d, ticket.Replied{}, "Reply", "Answers in public. From a person it meets the response target.", false, desk)
	addStep[Note](d, ticket.Noted{}, "Note", "Writes an internal note, which the client never sees.", false, desk)
	addStep[Write](d, ticket.Wrote{}, "Write", "Writes as the client's side.", false, access.AnswerTickets)
	addStep[Wait](d, ticket.Waits{}, "Wait", "The ticket waits for a party. Which clocks stop is in the contract.", false, desk)
	addStep[Resume](d, ticket.Resumed{}, "Go on", "Ends the waiting.", true, desk)
	addStep[Escalate](d, ticket.Escalated{}, "Escalate", "Lifts the ticket to a higher level, or to management.", false)
	addStep[Restore](d, ticket.Restored{}, "Restore", "The service works again.", true, desk)
	addStep[Resolve](d, ticket.Resolved{}, "Resolve", "The cause of the ticket is dealt with.", true, desk)
	addStep[Close](d, ticket.Closed{}, "Close", "Ends the ticket.", true)
	addStep[Reopen](d, ticket.Reopened{}, "Reopen", "Takes up a ticket that was restored, resolved or closed.", true)
	addStep[Retitle](d, ticket.Titled{}, "Change the title", "Gives the ticket another title.", false, desk)
	addStep[AgreeDue](d, ticket.DueAgreed{}, "Agree on a due", "Replaces the due of one clock by an instant that was agreed with the client.", false, desk)
	addStep[WithdrawDue](d, ticket.DueWithdrawn{}, "Withdraw an agreed due", "The due of the contract holds again.", false, desk)
	addStep[PublishRootCause](d, ticket.RootCausePublished{}, "Publish the root cause", "The analysis of the root cause was sent.", true, desk)
	addStep[LogWork](d, ticket.Worked{}, "Log work", "Logs own time. Beyond the pool it is logged as well, and waits for approval.", false, access.LogWork)
	addStep[WithdrawWork](d, ticket.WorkWithdrawn{}, "Take work back", "Takes back the work that an entry logged: one's own, or that of others with work.correct_all.", false, access.CorrectOwn)
	d.manySteps()
}

// StepList are steps that are taken in one go.
type StepList struct {
	Steps []AnyStep `json:"steps" minItems:"1" maxItems:"10" doc:"In this order, all or none. Each names one step."`
}

// BulkSteps are steps that are taken on many tickets.
type BulkSteps struct {
	Tickets []TicketRef `json:"tickets" minItems:"1" maxItems:"200" doc:"The tickets."`
	Steps   []AnyStep   `json:"steps" minItems:"1" maxItems:"10" doc:"Taken on each of them in this order, all or none. Each names one step."`
}

// TicketRef names a ticket.
type TicketRef struct {
	Client string `json:"client" doc:"Id or short word (slug) of the client."`
	Key    string `json:"key" doc:"Key of the ticket."`
}

// BulkOutcomes is what became of the tickets of a bulk request.
type BulkOutcomes struct {
	Outcomes []BulkOutcome `json:"outcomes" doc:"In the order of the request."`
}

// BulkOutcome is what became of one ticket.
type BulkOutcome struct {
	TicketRef
	Head    int      `json:"head,omitempty" doc:"Number of its last entry, when the steps were taken."`
	Problem *Problem `json:"problem,omitempty" doc:"Why they were not."`
}

type bulkOut struct{ Body BulkOutcomes }

type bulkRequest struct {
	Once    string `header:"Idempotency-Key" doc:"A key of your choice; it holds for each ticket."`
	RawBody []byte `contentType:"application/json"`
}

// manySteps adds the operations that take several steps, or steps on several tickets.
func (d *desk) manySteps() {
	add(d.routes, &operation{
		method: http.MethodPost, path: "/clients/{client}/tickets/{key}/steps", id: "takeSteps", tag: "steps", may: stepping,
		summary: "Take several steps", body: StepList{},
		doc: "Takes steps on one ticket, all or none of them: a reply and what the ticket then waits for, say.",
	}, d.takeSteps)
	add(d.routes, &operation{
		method: http.MethodPost, path: "/tickets/steps", id: "takeStepsOnMany", tag: "steps", may: []access.Permission{access.BulkTickets},
		summary: "Take steps on many tickets", body: BulkSteps{},
		doc: "Takes the same steps on up to 200 tickets, each by itself: what cannot be done on one does not keep the others from it.",
	}, d.takeOnMany)
}

func (d *desk) takeSteps(ctx context.Context, c *caller, in *stepRequest) (*taken, error) {
	var body StepList
	if err := readJSON(in.RawBody, &body); err != nil {
		return nil, err
	}
	cmd, err := in.command()
	if err != nil {
		return nil, err
	}
	steps, err := stepsOf(body.Steps)
	if err != nil {
		return nil, err
	}
	head, err := d.app.Take(ctx, c.actor, in.ref(), cmd, steps...)
	return takenAs(in.Key, head, err)
}

func (d *desk) takeOnMany(ctx context.Context, c *caller, in *bulkRequest) (*bulkOut, error) {
	var body BulkSteps
	if err := readJSON(in.RawBody, &body); err != nil {
		return nil, err
	}
	once, err := onceKey(in.Once)
	if err != nil {
		return nil, err
	}
	steps, err := stepsOf(body.Steps)
	if err != nil {
		return nil, err
	}
	refs := make([]app.Ref, len(body.Tickets))
	for i, t := range body.Tickets {
		refs[i] = app.Ref{Client: t.Client, Key: t.Key}
	}
	done, err := d.app.TakeOnMany(ctx, c.actor, refs, app.Command{Once: once}, steps...)
	if err != nil {
		return nil, err
	}
	out := BulkOutcomes{Outcomes: make([]BulkOutcome, len(done))}
	for i, o := range done {
		out.Outcomes[i] = BulkOutcome{TicketRef: TicketRef{o.Client, o.Key}, Head: o.Head}
		if o.Err != nil {
			out.Outcomes[i].Problem = c.problem(ctx, o.Err)
		}
	}
	return &bulkOut{out}, nil
}
