package ticket

import "github.com/watchbill/watchbill/internal/core/text"

// mostWords is the most words that a ticket is found by: a pasted log has no end.
const mostWords = 4000

// Found are the words that a ticket is found by, each once.
type Found struct {
	Public   []string // that people of the client may read, too
	Internal []string // that only the provider's people may read
}

// FoundBy gives the words of what people wrote with the entries of a ticket, by the numbers of
// the entries. A word that stands in something public is public.
func FoundBy(entries []Entry, texts map[int]string) Found {
	var found Found
	seen := map[string]bool{}
	add := func(to *[]string, public bool) {
		for i := range entries {
			if Public(entries[i].Fact) != public {
				continue
			}
			for _, word := range text.Words(texts[i+1]) {
				if !seen[word] && len(seen) < mostWords {
					seen[word] = true
					*to = append(*to, word)
				}
			}
		}
	}
	add(&found.Public, true)
	add(&found.Internal, false)
	return found
}
