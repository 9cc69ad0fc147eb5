package ui

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Texture is what a stretch of time is filled with.
type Texture string

// The textures.
const (
	Counted Texture = "counted" // solid
	Shut    Texture = "shut"    // diagonal lines
	Paused  Texture = "paused"  // dots
	Left    Texture = "left"    // outlined
)

// TextureOf is the texture of a segment of a clock. Stopped time, and time without a target,
// look like shut time: nothing counts.
func TextureOf(what reason.Code) Texture {
	switch what {
	case clock.CodeCounted:
		return Counted
	case clock.CodePaused:
		return Paused
	default:
		return Shut
	}
}

// Stretch is one segment of the life of a clock.
type Stretch struct {
	Texture  Texture
	From, To time.Time // in the zone of the person
	Label    string    // "Paused: ball with Paybrug"
	Span     string    // "1 h 50"
}

// piece is a stretch on the bar, in percent.
type piece struct {
	Texture  Texture
	from, to float64
}

func (p piece) x() string     { return percent(p.from) }
func (p piece) width() string { return percent(p.to - p.from) }

func percent(p float64) string { return strconv.FormatFloat(p, 'f', 2, 64) + "%" }

// thinnest is the least width of a stretch on a bar, in percent: what was there is seen.
const thinnest = 1

// lay puts stretches side by side over the whole width, each as wide as it lasted but none
// thinner than can be seen.
func lay(stretches []Stretch) []piece {
	var whole time.Duration
	for _, s := range stretches {
		whole += s.To.Sub(s.From)
	}
	widths, sum := make([]float64, len(stretches)), 0.0
	for i, s := range stretches {
		if whole > 0 {
			widths[i] = 100 * float64(s.To.Sub(s.From)) / float64(whole)
		}
		widths[i] = max(widths[i], thinnest)
		sum += widths[i]
	}
	pieces, at := make([]piece, len(stretches)), 0.0
	for i, s := range stretches {
		next := at + 100*widths[i]/sum
		pieces[i] = piece{s.Texture, at, next}
		at = next
	}
	return pieces
}

// tick is a word on the axis under a bar.
type tick struct {
	x, anchor, text string
}

// apart is how far two words of an axis stay from each other, in percent.
const apart = 14

// axis puts the hour at the start, at the end, and at changes between that have room.
func axis(stretches []Stretch) []tick {
	if len(stretches) == 0 {
		return nil
	}
	pieces := lay(stretches)
	ticks := []tick{{"0%", "start", hour(stretches[0].From)}}
	last := 0.0
	for i := range pieces[1:] {
		at := pieces[i].to
		if at-last >= apart && 100-at >= apart {
			ticks = append(ticks, tick{percent(at), "middle", hour(stretches[i].To)})
			last = at
		}
	}
	return append(ticks, tick{"100%", "end", hour(stretches[len(stretches)-1].To)})
}

func hour(t time.Time) string { return t.Format("15:04") }
