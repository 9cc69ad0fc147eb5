package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/store"
)

// PersonWork is work in a list that may span clients.
type PersonWork = store.PersonWork

// Week is the work of a person in the seven days from a Monday.
type Week struct {
	Monday calendar.Date
	Works  []PersonWork // by day, without what was taken back
}

// OwnWeek lists the work of the actor in the week that a day lies in.
func (a *App) OwnWeek(ctx context.Context, actor access.Actor, day calendar.Date) (week Week, err error) {
	week.Monday = day.AddDays(-((int(day.Weekday()) + 6) % 7))
	err = a.read(ctx, actor, access.ReadWork, func(tx *store.Tx) error {
		works, err := tx.WorkOf(actor.ID, week.Monday, week.Monday.AddDays(6))
		week.Works = nil
		for _, w := range works {
			if !w.Withdrawn {
				week.Works = append(week.Works, w)
			}
		}
		return err
	})
	return week, err
}
