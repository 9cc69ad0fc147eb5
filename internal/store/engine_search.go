package store

import (
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

// question joins what must all be found: the words, and one of the clients.
func (a *asked) question(write func(word string, begins bool) string, and, or string) string {
	all := a.alternatives(write, or)
	if len(a.clients) > 0 {
		clients := make([]string, len(a.clients))
		for i, c := range a.clients {
			clients[i] = write(clientSign+c, false)
		}
		all = append(all, "("+strings.Join(clients, or)+")")
	}
	return strings.Join(all, and)
}

// lexemes lists the words of a ticket as they stand in the search.
func lexemes(client string, words ticket.Found, write func(word string) string) string {
	var b strings.Builder
	b.WriteString(write(clientSign + client))
	for _, w := range words.Public {
		b.WriteString(" " + write(w))
	}
	for _, w := range words.Internal {
		b.WriteString(" " + write(internalSign+w))
	}
	return b.String()
}

// SQLite keeps no more than which words stand in which ticket (detail=none), and no text
// (content=”). The rowid is the number of the ticket, so what is found comes in its order.
// The client is one of the words, so that the search of one goes over its tickets only.
var sqliteSearch = search{
	table: `CREATE VIRTUAL TABLE search_words USING fts5(words, content='', contentless_delete=1, detail=none,
		prefix='3 4 6', tokenize="ascii tokenchars '#@'")`,
	tuning: `SELECT 1`,
	match:  ` AND s.search_words MATCH $0 AND t.number = s.rowid AND t.number > 0`,
	number: `s.rowid`,
	question: func(a *asked) string {
		return a.question(func(word string, begins bool) string {
			if begins {
				return `"` + word + `"*`
			}
			return `"` + word + `"`
		}, ` AND `, ` OR `)
	},
	put: func(tx *Tx, client string, number int64, words ticket.Found) error {
		_, err := tx.exec(`INSERT INTO search_words (rowid, words) VALUES ($1, $2)`,
			number, lexemes(client, words, func(word string) string { return word }))
		return err
	},
	drop: func(tx *Tx, _ string, number int64) error {
		_, err := tx.exec(`DELETE FROM search_words WHERE rowid = $1`, number)
		return err
	},
}

// PostgreSQL finds rare words by their index, but gives what it finds in no order: of a common
// word it would fetch all tickets to sort them. So a search first walks the newest ones, and
// goes by the index for those before: see Tx.queueFound. How common each word is helps it
// nothing then, and to look that up takes longer than a search.
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
	tuning: `ALTER TABLE search_words ALTER COLUMN words SET STATISTICS 0`,
	match:  ` AND s.words @@ CAST($0 AS tsquery) AND s.client = t.client AND s.number = t.number AND t.number > 0`,
	number: `s.number`,
	walks:  1000,
	// To start other processes takes longer than a search, and a page of the tables costs little
	// wherever it lies: they fit into memory.
	settings: `SELECT set_config('max_parallel_workers_per_gather', '0', TRUE), set_config('random_page_cost', '1.1', TRUE)`,
	question: func(a *asked) string {
		return a.question(func(word string, begins bool) string {
			if begins {
				return `'` + word + `':*`
			}
			return `'` + word + `'`
		}, ` & `, ` | `)
	},
	put: func(tx *Tx, client string, number int64, words ticket.Found) error {
		_, err := tx.exec(`INSERT INTO search_words (client, number, words) VALUES ($1, $2, CAST($3 AS tsvector))`,
			client, number, lexemes(client, words, func(word string) string { return `'` + word + `'` }))
		return err
	},
	drop: func(tx *Tx, client string, number int64) error {
		_, err := tx.exec(`DELETE FROM search_words WHERE client = $1 AND number = $2`, client, number)
		return err
	},
}
