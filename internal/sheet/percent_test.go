package sheet_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

var (
	anyPercent = regexp.MustCompile(`\d+(?:[.,]\d)?[ \x{a0}]%`)
	// goals are what was wanted, not what was counted.
	goal = regexp.MustCompile(`(?:≥|goal|doel)[ \x{a0}]\d+(?:[.,]\d)?[ \x{a0}]%`)
	// counted is "412 of 423, 97.3 %"; the reasons have words between; the page puts the
	// percentage first: "97.3 % 412 of 423".
	counted  = regexp.MustCompile(`([\d.,]+) (?:of|van) ([\d.,]+)(?: \pL+)*, (\d+(?:[.,]\d)?)[ \x{a0}]%`)
	reversed = regexp.MustCompile(`(\d+(?:[.,]\d)?)[ \x{a0}]% ([\d.,]+) (?:of|van) ([\d.,]+)`)
	method   = regexp.MustCompile(`(?:as|als) 100[ \x{a0}]%`) // the explanation of rounding
)

// whole reads a number with thousands apart.
func whole(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.NewReplacer(".", "", ",", "").Replace(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEveryPercentHasItsDenominator finds each percentage, takes away those that stand
// beside part and whole and are their quotient rounded down, and wants none to be left.
func TestEveryPercentHasItsDenominator(t *testing.T) {
	t.Parallel()
	c := compare(t, history(), contracts(t), nil)
	for _, l := range languages {
		for name, text := range map[string]string{
			"text": strings.Join(strings.Fields(write(t, c, sheet.Text, l)), " "),
			"html": words(t, write(t, c, sheet.HTML, l)),
		} {
			seen := 0
			check := func(part, of, percent string) {
				seen++
				tenths := 1000 * whole(t, part) / whole(t, of)
				want := strings.TrimSuffix(strconv.Itoa(tenths/10)+"."+strconv.Itoa(tenths%10), ".0")
				if got := strings.ReplaceAll(percent, ",", "."); got != want {
					t.Errorf("%s %s: %s of %s is %s %%, want %s %%", name, l, part, of, got, want)
				}
			}
			for _, m := range counted.FindAllStringSubmatch(text, -1) {
				check(m[1], m[2], m[3])
			}
			rest := method.ReplaceAllString(goal.ReplaceAllString(counted.ReplaceAllString(text, ""), ""), "")
			for _, m := range reversed.FindAllStringSubmatch(rest, -1) {
				check(m[2], m[3], m[1])
			}
			rest = reversed.ReplaceAllString(rest, "")
			if left := anyPercent.FindAllString(rest, -1); len(left) > 0 {
				t.Errorf("%s %s: percentages without denominator: %q", name, l, left)
			}
			if seen < 10 {
				t.Errorf("%s %s: only %d percentages found: the search is broken", name, l, seen)
			}
		}
	}
}

// TestAttainedStandsBesideWhatWasLeftOut walks the JSON.
func TestAttainedStandsBesideWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	var doc any
	text := write(t, compare(t, history(), contracts(t), nil), sheet.JSON, wording.English)
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	seen := 0
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				walk(one)
			}
		case map[string]any:
			if attained, ok := value["attained"]; ok {
				seen++
				for _, beside := range []string{"judged", "kept", "open", "not_measurable", "goal"} {
					if _, ok := value[beside]; !ok {
						t.Errorf("attained without %s: %v", beside, value)
					}
				}
				judged := value["judged"].(float64)
				if attained == nil != (judged == 0) || attained != nil && attained != 100*value["kept"].(float64)/judged {
					t.Errorf("attained %v of %v", attained, value)
				}
			}
			for _, one := range value {
				walk(one)
			}
		}
	}
	walk(doc)
	if seen < 20 {
		t.Errorf("only %d counts found", seen)
	}
}
