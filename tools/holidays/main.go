// Command holidays writes the public holidays of a few countries into files that the
// product embeds. It computes nothing that the product computes again: holidays are data.
//
//	go run . -out ../../internal/core/calendar/seed
//
// A file that exists is never written. When what it holds differs from what would be
// written now, the command says so and fails; then give the seed its next number.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
)

const (
	firstYear = 2010
	lastYear  = 2040
	// written is the date of the data. It is part of the files, so it changes only with a
	// new number.
	written = "2026-11-24"
)

func main() {
	out := flag.String("out", "", "the folder to write to")
	flag.Parse()
	if *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	var failed error
	for _, s := range seeds {
		failed = errors.Join(failed, freeze(filepath.Join(*out, s.name+".txt"), s.text()))
	}
	if failed != nil {
		fmt.Fprintln(os.Stderr, failed)
		os.Exit(1)
	}
}

// freeze writes a file once.
func freeze(path string, text []byte) error {
	have, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.WriteFile(path, text, 0o644)
	case err != nil:
		return err
	case !bytes.Equal(have, text):
		return fmt.Errorf("%s is frozen and differs from what would be written now", path)
	}
	return nil
}

// seed is the holidays of one country, once and for all.
type seed struct {
	name     string   // "NL@1"
	title    string   // whose holidays
	rulings  []string // what was decided, for readers of the file
	holidays []*cal.Holiday
	keep     keep
	// corrections are what the library has wrong or leaves out.
	drop []string // dates
	add  []day
}

// keep says which date counts for a holiday that is observed on another one.
type keep int

const (
	observed keep = iota // only the date of observance
	both                 // the day itself and the date of observance
)

// day is a holiday on a date.
type day struct{ date, name string }

func (s seed) days() []day {
	var days []day
	put := func(t time.Time, name string) {
		d := day{t.Format(time.DateOnly), name}
		if y := t.Year(); y >= firstYear && y <= lastYear && !slices.Contains(s.drop, d.date) {
			days = append(days, d)
		}
	}
	// The observance of a New Year's Day may lie in the year before.
	for year := firstYear; year <= lastYear+1; year++ {
		for _, h := range s.holidays {
			actual, other := h.Calc(year)
			switch {
			case actual.IsZero(): // not in this year
			case actual.Equal(other):
				put(actual, h.Name)
			case s.keep == both:
				put(actual, h.Name)
				put(other, h.Name+" (observed)")
			default:
				put(other, h.Name)
			}
		}
	}
	days = append(days, s.add...)
	slices.SortStableFunc(days, func(a, b day) int { return strings.Compare(a.date, b.date) })
	return days
}

func (s seed) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s: %s\n", s.name, s.title)
	fmt.Fprintf(&b, "# Years: %d-%d\n", firstYear, lastYear)
	fmt.Fprintf(&b, "# Source: %s, corrected in tools/holidays/seeds.go; written %s\n", library(), written)
	for _, r := range s.rulings {
		fmt.Fprintf(&b, "# %s\n", r)
	}
	b.WriteString("# Frozen: this file never changes. What must change goes into the next number.\n")
	for _, d := range s.days() {
		fmt.Fprintf(&b, "%s %s\n", d.date, d.name)
	}
	return b.Bytes()
}

// library names the module that the rules come from, with its version.
func library() string {
	const path = "github.com/rickar/cal/v2"
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, m := range build.Deps {
			if m.Path == path {
				return path + " " + m.Version
			}
		}
	}
	panic("the build does not tell the version of " + path)
}
