package ui

// Meter is a pool: how much is used and planned, with ticks at the contract's warning levels.
type Meter struct {
	Used, Planned, Whole int    // minutes
	Warn                 []int  // percents, rising
	Says                 string // "58 h 15 of 72 h used"
	Note                 string // "81 %, told at 75 %"
	Mood                 Mood   // Concern from the first warning on, Danger over the limit
}

// MoodOf is the mood of a pool by what is used.
func MoodOf(used, whole int, warn []int) Mood {
	switch {
	case whole <= 0 && used == 0:
		return Plain
	case used > whole:
		return Danger
	case len(warn) > 0 && used*100 >= warn[0]*whole:
		return Concern
	}
	return Plain
}

// used and planned are the widths of the bars in percent; both together fill the whole at most.
func (m Meter) used() float64 { return 100 * min(ratio(m.Used, m.Whole), 1) }

func (m Meter) planned() float64 {
	return min(100*ratio(m.Planned, m.Whole), 100-m.used())
}

func ratio(part, whole int) float64 {
	if whole <= 0 {
		if part > 0 {
			return 1
		}
		return 0
	}
	return max(0, float64(part)/float64(whole))
}
