package api

import (
	"context"
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// works adds the operations that read logged work.
func (d *desk) works() {
	add(d.routes, &operation{
		method: http.MethodGet, path: "/work/week", id: "getWeek", tag: "work", may: []access.Permission{access.ReadWork},
		summary: "Read your week", doc: "Your own work in the seven days from the Monday of a week, by day, without what was taken back.",
	}, d.week)
}

// Week is the work of a person in a week.
type Week struct {
	Monday  string     `json:"monday" format:"date" doc:"The first of the seven days."`
	Minutes int        `json:"minutes" doc:"The sum."`
	Work    []WeekWork `json:"work" doc:"By day, as it was entered."`
}

// WeekWork is work in a week, with the ticket that it was logged on.
type WeekWork struct {
	Client ClientRef `json:"client" doc:"The client."`
	Key    string    `json:"key" doc:"Key of the ticket."`
	Title  string    `json:"title" doc:"Title of the ticket."`
	Work
}

type weekRequest struct {
	Day string `query:"day" doc:"A day of the week, such as 2026-03-02; today in UTC when left out."`
}

type weekOut struct{ Body Week }

func (d *desk) week(ctx context.Context, c *caller, in *weekRequest) (*weekOut, error) {
	day := calendar.DateOf(d.app.Now(), time.UTC)
	if in.Day != "" {
		var err error
		if day, err = calendar.ParseDate(in.Day); err != nil {
			return nil, fault.New(fault.Invalid, CodeDay, "parameter", "day")
		}
	}
	week, err := d.app.OwnWeek(ctx, c.actor, day)
	if err != nil {
		return nil, err
	}
	out := Week{Monday: week.Monday.String(), Work: make([]WeekWork, len(week.Works))}
	for i := range week.Works {
		w := &week.Works[i]
		out.Minutes += w.Minutes
		out.Work[i] = WeekWork{ClientRef{w.Client, w.ClientSlug, w.ClientName}, w.Key, w.Title, Work{
			Entry: w.Seq, Person: w.Person, Activity: string(w.Activity), Role: string(w.Role), Day: w.Day.String(), Minutes: w.Minutes,
			Recorded: w.Recorded,
		}}
	}
	return &weekOut{out}, nil
}

// Work is time that was logged on a ticket.
type Work struct {
	Entry     int       `json:"entry" doc:"Number of the entry that logs it: what withdraw-work takes."`
	Person    string    `json:"person" doc:"Id of who did it."`
	Activity  string    `json:"activity" doc:"Activity of the support model." example:"incident_management"`
	Role      string    `json:"role,omitempty" doc:"Code of the role." example:"Dev"`
	Day       string    `json:"day" format:"date" doc:"The day on which it was done, by the zone of the contract."`
	Minutes   int       `json:"minutes" doc:"Whole minutes."`
	Recorded  time.Time `json:"recorded" doc:"When it was entered."`
	Withdrawn bool      `json:"withdrawn,omitempty" doc:"It was taken back."`
}

// Pool is how a pool of hours stands in its present period. All in whole minutes.
type Pool struct {
	Name      string   `json:"name" doc:"Name of the pool in the contract."`
	Unlimited bool     `json:"unlimited,omitempty" doc:"It has no limit; only worked counts."`
	Begins    string   `json:"begins" format:"date" doc:"First day of the period."`
	Ends      string   `json:"ends" format:"date" doc:"First day after the period."`
	Allotted  int      `json:"allotted" doc:"Allotted for the period."`
	CarriedIn int      `json:"carried_in" doc:"Carried over from the period before."`
	Worked    int      `json:"worked" doc:"Worked in the period."`
	Left      int      `json:"left" doc:"Not used, and not expired."`
	Pending   int      `json:"pending" doc:"Beyond the pool, and not approved yet."`
	Roles     []string `json:"roles,omitempty" doc:"Whose work it takes; all roles when left out."`
}

func (t *Ticket) work(v *app.TicketView) {
	for _, w := range v.Works {
		t.Work = append(t.Work, Work{
			Entry: w.Seq, Person: w.Person, Activity: string(w.Activity), Role: string(w.Role), Day: w.Day.String(), Minutes: w.Minutes,
			Recorded: w.Recorded, Withdrawn: w.Withdrawn,
		})
	}
	for i := range v.Pools {
		p := &v.Pools[i]
		one := Pool{
			Name: p.Pool, Unlimited: p.Unlimited, Begins: p.Begins.String(), Ends: p.Ends.String(), Allotted: p.Allotted,
			CarriedIn: p.CarriedIn, Worked: p.Used(), Left: p.Left, Pending: p.Pending,
		}
		for _, r := range p.Roles {
			one.Roles = append(one.Roles, string(r))
		}
		t.Pools = append(t.Pools, one)
	}
}
