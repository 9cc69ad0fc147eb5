package notice

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// ArgClocks names the argument that says what became of the clocks: see Clocks.
const ArgClocks = "clocks"

// Clock is what became of a clock.
type Clock struct {
	Target  contract.TargetKind
	Kind    Kind // Breached, Warned or Withdrawn
	Percent int  // of a warning
}

// clocks tells of all decided entries together.
func (t *telling) clocks(added []Entry) {
	lines, last := outcome(added)
	if len(lines) == 0 {
		return
	}
	first := lines[0].Kind
	before := len(t.told)
	bad := first != Withdrawn
	t.to(t.c.Ticket.Person, first, CodeAssignee, bad, last)
	if bad && t.c.Leap.Holds(last.At) {
		t.leapt(lines, last)
	} else {
		t.leads(first, bad, last)
	}
	for _, id := range t.c.Watchers {
		t.to(id, first, CodeWatcher, false, last)
	}
	for i := before; i < len(t.told); i++ {
		if t.told[i].Kind == Leapt {
			continue
		}
		t.told[i].Args = map[string]string{ArgClocks: write(lines)}
	}
}

// outcome is what the decided entries come to, the strongest of each target, and the last
// entry that counts.
func outcome(added []Entry) ([]Clock, *Entry) {
	type round struct {
		kind  contract.TargetKind
		since time.Time
	}
	net := map[round]Clock{}
	var last *Entry
	for i := range added {
		switch f := added[i].Fact.(type) {
		case ticket.Warned:
			at := round{f.Target, f.Round}
			if net[at].Percent < f.Percent && net[at].Kind != Breached {
				net[at] = Clock{f.Target, Warned, f.Percent}
			}
		case ticket.Breached:
			net[round{f.Target, f.Round}] = Clock{f.Target, Breached, 0}
		case ticket.Withdrawn:
			at := round{f.Target, f.Round}
			if net[at].Kind == Breached {
				delete(net, at) // nobody was told of it
			} else {
				net[at] = Clock{f.Target, Withdrawn, 0}
			}
		default:
			continue
		}
		last = &added[i]
	}
	strongest := map[contract.TargetKind]Clock{}
	for at, c := range net {
		if known, ok := strongest[at.kind]; !ok || stronger(c, known) < 0 {
			strongest[at.kind] = c
		}
	}
	lines := make([]Clock, 0, len(strongest))
	for _, c := range strongest {
		lines = append(lines, c)
	}
	slices.SortFunc(lines, func(a, b Clock) int { return cmp.Or(stronger(a, b), cmp.Compare(a.Target, b.Target)) })
	return lines, last
}

var strength = []Kind{Breached, Warned, Withdrawn}

func stronger(a, b Clock) int {
	return cmp.Or(cmp.Compare(slices.Index(strength, a.Kind), slices.Index(strength, b.Kind)), cmp.Compare(b.Percent, a.Percent))
}

func write(lines []Clock) string {
	words := make([]string, len(lines))
	for i, c := range lines {
		words[i] = c.Target.String() + ":" + string(c.Kind) + ":" + strconv.Itoa(c.Percent)
	}
	return strings.Join(words, " ")
}

// Clocks reads the argument ArgClocks. What it cannot read it leaves out.
func Clocks(arg string) []Clock {
	var lines []Clock
	for word := range strings.FieldsSeq(arg) {
		parts := strings.Split(word, ":")
		if len(parts) != 3 {
			continue
		}
		var c Clock
		percent, err := strconv.Atoi(parts[2])
		if err != nil || c.Target.UnmarshalText([]byte(parts[0])) != nil {
			continue
		}
		c.Kind, c.Percent = Kind(parts[1]), percent
		lines = append(lines, c)
	}
	return lines
}
