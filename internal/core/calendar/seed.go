package calendar

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

// The seeds are written by tools/holidays and never change afterwards: a contract that
// began with NL@1 can always be read again.
//
//go:embed seed/*.txt
var seedFiles embed.FS

// Seeds returns the names of the holiday lists that come with the product, such as "NL@1":
// a country and the number of the list. They are sorted.
func Seeds() []string {
	files, err := seedFiles.ReadDir("seed")
	if err != nil {
		panic(err) // embedded: a mistake in the program
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".txt")
	}
	return names
}

// Seed returns a list of holidays in order of date, with the first and the last year that
// it covers. What was decided about holidays at the weekend stands at the head of its file.
// It is not ok when there is no list of that name.
func Seed(name string) (years [2]int, holidays []Holiday, ok bool) {
	data, err := seedFiles.ReadFile(path.Join("seed", name+".txt"))
	if err != nil {
		return years, nil, false
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if comment, is := strings.CutPrefix(line, "# "); is {
			if covered, is := strings.CutPrefix(comment, "Years: "); is {
				if _, err := fmt.Sscanf(covered, "%d-%d", &years[0], &years[1]); err != nil {
					panic(fmt.Sprintf("calendar: seed %s: %v", name, err))
				}
			}
			continue
		}
		date, title, _ := strings.Cut(line, " ")
		d, err := ParseDate(date)
		if err != nil {
			panic(fmt.Sprintf("calendar: seed %s: %v", name, err))
		}
		holidays = append(holidays, Holiday{Date: d, Name: title})
	}
	return years, holidays, true
}
