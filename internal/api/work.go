package api

import (
	"time"

	"github.com/watchbill/watchbill/internal/app"
)

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
