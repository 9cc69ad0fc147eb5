package main

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/us"
)

var seeds = []seed{
	{
		name: "NL@1", title: "public holidays of the Netherlands",
		rulings: []string{
			"King's Day is on 26 April when the 27th is a Sunday. Until 2013 it was Queen's Day, 30 April.",
			"Liberation Day counts every fifth year, as most collective agreements have it.",
			"Good Friday is no day off. Easter Sunday and Whit Sunday are left out, being Sundays.",
		},
		holidays: []*cal.Holiday{
			nl.Nieuwjaar, nl.TweedePaasdag, nl.Koningsdag, nl.Hemelvaart, nl.TweedePinksterDag,
			nl.EersteKerstdag, nl.TweedeKerstdag,
		},
		// The library has King's Day for all time.
		drop: []string{"2010-04-27", "2011-04-27", "2012-04-27", "2013-04-27"},
		add: append(liberationDays(),
			day{"2010-04-30", "Koninginnedag"}, day{"2011-04-30", "Koninginnedag"},
			day{"2012-04-30", "Koninginnedag"}, day{"2013-04-30", "Koninginnedag"}),
	},
	{
		name: "BE@1", title: "the ten public holidays of Belgium",
		rulings: []string{
			"Each on its own date: which day replaces one at the weekend is agreed by each employer.",
		},
		holidays: be.Holidays,
	},
	{
		name: "DE@1", title: "public holidays of all Germany",
		rulings: []string{
			"The nine that all states have, and Reformation Day in 2017, when all had it. Those of single states are left out.",
		},
		holidays: de.Holidays,
		add:      []day{{"2017-10-31", "Reformationstag"}},
	},
	{
		name: "GB@1", title: "bank holidays of England and Wales",
		rulings: []string{
			"A holiday at the weekend counts on its own date and, as (observed), on its substitute day.",
		},
		holidays: britain(),
		keep:     both,
		// In 2012 the spring bank holiday moved to make a long weekend of the jubilee.
		drop: []string{"2012-05-28"},
		add: []day{
			{"2011-04-29", "Royal Wedding"},
			{"2012-06-04", "Spring Bank Holiday"},
			{"2012-06-05", "Diamond Jubilee Bank Holiday"},
			{"2022-09-19", "State Funeral of Queen Elizabeth II"},
		},
	},
	{
		name: "US@1", title: "federal holidays of the United States",
		rulings: []string{
			"A holiday at the weekend counts on its own date and, as (observed), on the Friday before a Saturday or the Monday after a Sunday.",
			"Inauguration Day and days given by executive order are left out.",
		},
		holidays: us.Holidays,
		keep:     both,
	},
}

// britain is the library's list, except that the substitute for a Christmas Day on a Sunday
// is the Tuesday, Boxing Day being the Monday. The library swaps the names of the two.
func britain() []*cal.Holiday {
	twoDaysOn := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 2}}
	christmas, boxing := *gb.ChristmasDay, *gb.BoxingDay
	christmas.Observed, boxing.Observed = twoDaysOn, twoDaysOn
	list := slices.Clone(gb.Holidays)
	list[slices.Index(list, gb.ChristmasDay)] = &christmas
	list[slices.Index(list, gb.BoxingDay)] = &boxing
	return list
}

func liberationDays() []day {
	var days []day
	for year := firstYear; year <= lastYear; year += 5 {
		date := time.Date(year, time.May, 5, 0, 0, 0, 0, time.UTC)
		days = append(days, day{date.Format(time.DateOnly), nl.BevrijdingsDag.Name})
	}
	return days
}
