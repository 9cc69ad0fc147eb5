package notice

import (
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Why somebody is told something.
const (
	CodeMentioned reason.Code = "notice.mentioned" // named in a text
	CodeAssignee  reason.Code = "notice.assignee"  // the ticket is theirs
	CodeRequester reason.Code = "notice.requester" // they raised it
	CodeLead      reason.Code = "notice.lead"      // they lead the shift
	CodeWatcher   reason.Code = "notice.watcher"   // they watch it
	CodeAdmin     reason.Code = "notice.admin"     // they run the installation
)

// ArgBy names the argument that holds the id of the person whose act it was.
const ArgBy = "by"

// ArgWhy names the argument that holds why somebody is told.
const ArgWhy = "why"

// ArgPerson names the argument that holds the id of a person whom the message is about.
const ArgPerson = "person"

// Person is somebody who can be told.
type Person struct {
	ID     string
	Name   string
	Email  string
	Client bool // belongs to the client, not to the provider
	Leads  bool // leads a shift
}

// Case is a ticket and the people around it.
type Case struct {
	Ticket ticket.Ticket // as it stands
	// People are all who can sign in and see the ticket; nobody else is told.
	People   []Person
	Watchers []string // ids of persons
	Leap     Leap     // the last of the clock, zero for none
}

// Entry is a new entry of the ticket.
type Entry struct {
	ticket.Entry
	Seq  int    // its number in the stream
	Text string // what a person wrote with it
}

// Told is one thing that one person is told.
type Told struct {
	Person string
	Kind   Kind
	Seq    int // of the entry that caused it; of several the last
	Why    reason.Code
	Mail   bool // as well as on the screen
	Args   map[string]string
	// More is of the kind Leapt: by how many promises the one message about the leap grows.
	More int
}

// Tell says who is told what of new entries that were kept together. Nobody is told what
// they did themselves, or one entry twice; people of the client are told only what they
// may see. What became of the clocks is one message a person, however many entries say it,
// and its strongest part comes first; what was concluded and taken back within is left out.
// What fell due in a leap of the clock is one message to each who leads, about all tickets.
func Tell(c *Case, added []Entry) []Told {
	t := &telling{c: c}
	answered := slices.ContainsFunc(added, func(e Entry) bool { _, ok := e.Fact.(ticket.Replied); return ok })
	for i := range added {
		t.entry(&added[i], answered)
	}
	t.clocks(added)
	return t.told
}

// Need says which people Tell has to know about for some entries.
type Need struct {
	Anybody bool // else nobody is told anything
	Leads   bool
	Names   bool // all people of the provider, for one of them may be named
}

// Needs says which people Tell has to know about, so that a command that nobody is told of
// does not look for them.
func Needs(t ticket.Ticket, added []Entry) (n Need) {
	for i := range added {
		e := &added[i]
		switch f := e.Fact.(type) {
		case ticket.Logged:
			n.Anybody = n.Anybody || t.Requester != e.By.ID
		case ticket.Assigned:
			n.Anybody = n.Anybody || f.Person != "" && f.Person != e.By.ID
		case ticket.Replied, ticket.Noted:
			n.Anybody, n.Names = true, n.Names || strings.Contains(e.Text, "@")
		case ticket.Wrote, ticket.Reopened:
			n.Anybody, n.Leads = true, true
		case ticket.Restored, ticket.Resolved, ticket.Closed:
			n.Anybody = true
		case ticket.Warned, ticket.Breached, ticket.Withdrawn:
			n.Anybody, n.Leads = true, true
		}
	}
	return n
}

// telling is what has been said so far.
type telling struct {
	c    *Case
	told []Told
}

// entry tells of one reported entry. Answered says that the client is written to anyway.
func (t *telling) entry(e *Entry, answered bool) {
	assignee, requester := t.c.Ticket.Person, t.c.Ticket.Requester
	switch f := e.Fact.(type) {
	case ticket.Logged:
		t.to(requester, Received, CodeRequester, true, e)
	case ticket.Replied:
		t.mentioned(e)
		t.to(requester, Reply, CodeRequester, true, e)
		t.to(assignee, Reply, CodeAssignee, false, e)
		t.watchers(Reply, e)
	case ticket.Wrote:
		t.owners(Wrote, e)
		t.to(requester, Wrote, CodeRequester, true, e)
		t.watchers(Wrote, e)
	case ticket.Noted:
		t.mentioned(e)
		t.to(assignee, Note, CodeAssignee, false, e)
		t.watchers(Note, e)
	case ticket.Assigned:
		t.to(f.Person, Assigned, CodeAssignee, true, e)
	case ticket.Restored, ticket.Resolved, ticket.Closed:
		if !answered {
			t.to(requester, Solved, CodeRequester, true, e)
		}
		t.watchers(Solved, e)
	case ticket.Reopened:
		t.owners(Reopened, e)
		t.watchers(Reopened, e)
	}
}

// owners tells whom the ticket was given to, or the leads while it is nobody's.
func (t *telling) owners(k Kind, e *Entry) {
	if t.known(t.c.Ticket.Person) != nil {
		t.to(t.c.Ticket.Person, k, CodeAssignee, true, e)
		return
	}
	t.leads(k, false, e)
}

func (t *telling) leads(k Kind, mail bool, e *Entry) {
	for i := range t.c.People {
		if p := &t.c.People[i]; p.Leads {
			t.to(p.ID, k, CodeLead, mail, e)
		}
	}
}

// watchers tells those who watch: people of the client by mail too, for they are not at the
// desk all day.
func (t *telling) watchers(k Kind, e *Entry) {
	for _, id := range t.c.Watchers {
		p := t.known(id)
		t.to(id, k, CodeWatcher, p != nil && p.Client, e)
	}
}

func (t *telling) mentioned(e *Entry) {
	for _, id := range Mentions(e.Text, t.c.People) {
		t.to(id, Mention, CodeMentioned, true, e)
	}
}

// to is the one door: it tells somebody of an entry, unless they did it, may not know it, or
// were told already.
func (t *telling) to(id string, k Kind, why reason.Code, mail bool, e *Entry) {
	p := t.known(id)
	if p == nil || id == e.By.ID {
		return
	}
	if mayKnow := k.ForClients() && ticket.Public(e.Fact); p.Client && !mayKnow {
		return
	}
	for i := range t.told {
		if before := &t.told[i]; before.Person == id && before.Seq == e.Seq {
			before.Mail = before.Mail || mail && before.Kind == k
			return
		}
	}
	told := Told{Person: id, Kind: k, Seq: e.Seq, Why: why, Mail: mail}
	if e.By.ID != "" {
		told.Args = map[string]string{ArgBy: e.By.ID}
	}
	t.told = append(t.told, told)
}

func (t *telling) known(id string) *Person {
	for i := range t.c.People {
		if p := &t.c.People[i]; p.ID == id && id != "" {
			return p
		}
	}
	return nil
}

// Why reads the argument ArgWhy.
func Why(args map[string]string) reason.Code { return reason.Code(args[ArgWhy]) }
