package triage

import (
	"cmp"
	"math"
	"slices"

	"github.com/watchbill/watchbill/internal/core/text"
)

// scored is a ticket of the past, held against a new one.
type scored struct {
	*Ticket
	score int
	words []string
}

// like lists the tickets of the history that are like a ticket, the likest first; of equals
// the youngest. Titles are held against each other: the share of the weight of their words that
// both have, where a word weighs the more the fewer titles have it.
func (h *History) like(t *Ticket) []scored {
	mine := stemsOf(t.Title)
	said, weight := wordOf(t.Title), h.weigh(mine)
	var like []scored
	for _, p := range h.tickets {
		if p.Key == t.Key {
			continue
		}
		common := both(mine, p.stems)
		if len(common) == 0 {
			continue
		}
		shared := h.weigh(common)
		score := int(100 * shared / (weight + p.weight - shared))
		if p.Site != "" && t.Site != "" && p.Site != t.Site {
			score -= otherSite
		}
		if score < likeFrom {
			continue
		}
		slices.SortStableFunc(common, func(a, b string) int { return cmp.Compare(h.with[a], h.with[b]) })
		one := scored{Ticket: p.Ticket, score: score}
		for _, s := range common {
			one.words = append(one.words, said[s])
		}
		like = append(like, one)
	}
	slices.SortStableFunc(like, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	return like
}

// otherSite is what the score of a ticket of another site loses.
const otherSite = 15

// weigh adds up the weights of stems, which are sorted: so the sum is the same each time.
func (h *History) weigh(stems []string) float64 {
	sum := 0.0
	for _, s := range stems {
		weight, known := h.weights[s]
		if !known {
			weight = h.weightOf(0)
		}
		sum += weight
	}
	return sum
}

// weightOf is the weight of a stem that a number of titles have.
func (h *History) weightOf(titles int) float64 {
	return math.Log(2 + float64(len(h.tickets))/float64(1+titles))
}

// both gives what two sorted lists have in common.
func both(a, b []string) []string {
	var common []string
	for len(a) > 0 && len(b) > 0 {
		switch cmp.Compare(a[0], b[0]) {
		case -1:
			a = a[1:]
		case 1:
			b = b[1:]
		default:
			common = append(common, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return common
}

// stemsOf gives the stems of the words of a text that say what it is about, sorted, each once.
func stemsOf(s string) []string {
	var stems []string
	for _, w := range text.Words(s) {
		if !signals().small[w] {
			stems = append(stems, stem(w))
		}
	}
	slices.Sort(stems)
	return slices.Compact(stems)
}

// wordOf gives the first word of a text that has a stem.
func wordOf(s string) map[string]string {
	words := map[string]string{}
	for _, w := range text.Words(s) {
		if words[stem(w)] == "" {
			words[stem(w)] = w
		}
	}
	return words
}

// stem is the beginning of a word that its forms share, roughly: payment and payments, fails
// and fail, betaling and betalingen.
func stem(word string) string {
	letters := []rune(word)
	switch n := len(letters); {
	case n > longStem:
		return string(letters[:longStem])
	case n > 3 && letters[n-1] == 's':
		return string(letters[:n-1])
	default:
		return word
	}
}

const longStem = 6
