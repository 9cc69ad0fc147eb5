package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/ticket"
)

// beginnings are the lengths of the beginnings of words that SQLite has an index of. What is
// longer is cut to one of them, for to look at all words that begin with it takes a quarter
// of a second at a million tickets; what is shorter counts as a whole word.
var beginnings = []int{6, 4, 3}

// beginning cuts a word, with its sign, to what is looked for while it is being typed; false
// says that it is too short for that.
func beginning(word string) (string, bool) {
	length := utf8.RuneCountInString(word)
	for _, n := range beginnings {
		if length >= n {
			return string([]rune(word)[:n]), true
		}
	}
	return word, false
}

// either lists how a word of a question may stand in the search.
func (a *asked) either(word string) []string {
	if a.internal {
		return []string{word, internalSign + word}
	}
	return []string{word}
}

// begins tells whether the word of a number may go on.
func (a *asked) begins(i int) bool { return a.typing && i == len(a.words)-1 }

// alternatives writes the words of a question: all of them, each in either way.
func (a *asked) alternatives(write func(word string, begins bool) string, or string) []string {
	all := make([]string, len(a.words))
	for i, w := range a.words {
		either := a.either(w)
		for k, one := range either {
			begins := a.begins(i)
			if begins {
				one, begins = beginning(one)
			}
			either[k] = write(one, begins)
		}
		all[i] = "(" + strings.Join(either, or) + ")"
	}
	return all
}

// SQLite keeps no more than which words stand in which ticket (detail=none), and no text
// (content=”). The rowid is the number of the ticket, so what is found comes in its order.
// The client is one of the words, so that the search of one goes over its tickets only.
var sqliteSearch = search{
	table: `CREATE VIRTUAL TABLE search_words USING fts5(words, content='', contentless_delete=1, detail=none,
		prefix='3 4 6', tokenize="ascii tokenchars '#@'")`,
	match: ` AND s.search_words MATCH $0 AND t.number = s.rowid AND t.number > 0`,
	order: `s.rowid`,
	question: func(a *asked) string {
		quote := func(word string, begins bool) string {
			if begins {
				return `"` + word + `"*`
			}
			return `"` + word + `"`
		}
		all := a.alternatives(quote, ` OR `)
		if len(a.clients) > 0 {
			clients := slices.Clone(a.clients)
			for i, c := range clients {
				clients[i] = quote(clientSign+c, false)
			}
			all = append(all, `(`+strings.Join(clients, ` OR `)+`)`)
		}
		return strings.Join(all, ` AND `)
	},
	put: func(tx *Tx, client string, number int64, words ticket.Found) error {
		var b strings.Builder
		b.WriteString(clientSign + client)
		for _, w := range words.Public {
			b.WriteString(` ` + w)
		}
		for _, w := range words.Internal {
			b.WriteString(` ` + internalSign + w)
		}
		_, err := tx.exec(`INSERT INTO search_words (rowid, words) VALUES ($1, $2)`, number, b.String())
		return err
	},
	drop: func(tx *Tx, _ string, number int64) error {
		_, err := tx.exec(`DELETE FROM search_words WHERE rowid = $1`, number)
		return err
	},
}

// PostgreSQL finds rare words by their index, and walks the newest tickets for common ones.
// Which of both is faster it can only tell by the words, so a plan for all questions would
// often be the wrong one; and it must know of many words how common they are.
var postgresSearch = search{
	table: `CREATE TABLE search_words (
		client TEXT     NOT NULL,
		number BIGINT   NOT NULL,
		words  TSVECTOR NOT NULL,
		PRIMARY KEY (client, number)
	);
ALTER TABLE search_words ALTER COLUMN words SET STATISTICS 1000;
CREATE INDEX search_words_number ON search_words (number);
CREATE INDEX search_words_words ON search_words USING GIN (words)`,
	prepare: `SET LOCAL plan_cache_mode = force_custom_plan`,
	match:   ` AND s.words @@ CAST($0 AS tsquery) AND s.client = t.client AND s.number = t.number AND t.number > 0`,
	order:   `s.number`,
	question: func(a *asked) string {
		return strings.Join(a.alternatives(func(word string, begins bool) string {
			if begins {
				return `'` + word + `':*`
			}
			return `'` + word + `'`
		}, ` | `), ` & `)
	},
	put: func(tx *Tx, client string, number int64, words ticket.Found) error {
		var b strings.Builder
		for _, w := range words.Public {
			b.WriteString(`'` + w + `' `)
		}
		for _, w := range words.Internal {
			b.WriteString(`'` + internalSign + w + `' `)
		}
		_, err := tx.exec(`INSERT INTO search_words (client, number, words) VALUES ($1, $2, CAST($3 AS tsvector))`,
			client, number, b.String())
		return err
	},
	drop: func(tx *Tx, client string, number int64) error {
		_, err := tx.exec(`DELETE FROM search_words WHERE client = $1 AND number = $2`, client, number)
		return err
	},
}
