package store

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// statement is an SQL text of this package and the place where it stands.
type statement struct {
	where string
	text  string
}

// statements finds every SQL text in a source: whatever begins with the verb of a statement,
// with what is added to it. Constants of the package are written out; $0 stands for what is
// only known when it runs.
func statements(t *testing.T, name string, source any) []statement {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []statement
	seen := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || seen[n] {
			return true
		}
		if text := written(e, seen); verb.MatchString(text) {
			found = append(found, statement{set.Position(e.Pos()).String(), strings.Join(strings.Fields(text), " ")})
		}
		return true
	})
	return found
}

// written is the text of an expression that puts texts together, "" for any other. What it
// looked at is seen.
func written(e ast.Expr, seen map[ast.Node]bool) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		seen[e] = true
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		left := written(e.X, seen)
		if e.Op != token.ADD || left == "" {
			return ""
		}
		seen[e] = true
		right := written(e.Y, seen)
		if right == "" {
			right = "$0"
		}
		return left + right
	case *ast.Ident:
		if e.Name == "ticketColumns" {
			return ticketColumns
		}
	case *ast.CallExpr: // of builder.text
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "text" {
			return written(e.Args[0], seen)
		}
	}
	return ""
}

var (
	verb      = regexp.MustCompile(`(?i)^\s*(select|insert|update|delete|with|replace|merge|truncate)\s`)
	tableName = regexp.MustCompile(`(?i)\b(?:from|join|into|update)\s+([a-z_]+)(?:\s+([a-z]\b))?`)
	createdAs = regexp.MustCompile(`(?m)^CREATE TABLE ([a-z_]+) \(\n\s+client\s`)
)

// banned are the constructs that one of the engines does not have, or understands in
// another way, and what would let SQL decide.
var banned = []struct {
	what string
	is   *regexp.Regexp
}{
	{"a cast with ::", regexp.MustCompile(`::`)},
	{"ANY of an argument", regexp.MustCompile(`(?i)\bany\s*\(`)},
	{"ILIKE", regexp.MustCompile(`(?i)\bilike\b`)},
	{"LIKE, which knows capitals on one engine only", regexp.MustCompile(`(?i)\blike\b`)},
	{"SKIP LOCKED", regexp.MustCompile(`(?i)\bskip\s+locked\b`)},
	{"FOR UPDATE", regexp.MustCompile(`(?i)\bfor\s+update\b`)},
	{"a JSON function", regexp.MustCompile(`(?i)\bjson\w*\s*\(|->`)},
	{"now", regexp.MustCompile(`(?i)\b(now|clock_timestamp|date|datetime|strftime|to_char|unixepoch)\s*\(|\bcurrent_(date|time)`)},
	{"an argument that is asked whether it is NULL", regexp.MustCompile(`(?i)\$\d+\s+is\s`)},
	{"all columns", regexp.MustCompile(`(?i)select\s+\*|\.\*`)},
	{"an argument without a number", regexp.MustCompile(`\?`)},
	{"OR REPLACE", regexp.MustCompile(`(?i)\bor\s+(replace|ignore)\b`)},
	{"a boolean held against a number", regexp.MustCompile(`(?i)\b(automated|escalated|workaround|everything|active)\s*=\s*[01]\b`)},
	{"a change of an entry or a contract version", regexp.MustCompile(`(?i)^(update|delete from) (entries|contract_versions)\b`)},
	{"a change of an audit line", regexp.MustCompile(`(?i)^(update|delete from) audit\b`)},
	{"text in an order that depends on the collation", regexp.MustCompile(`(?i)order by\b.*\b(name|key|contract|origin|team|person)\b`)},
}

// lint says what is wrong with a statement. Tables are those that belong to a client.
func lint(s statement, tables []string) []string {
	var wrong []string
	add := func(format string, args ...any) {
		wrong = append(wrong, s.where+": "+fmt.Sprintf(format, args...)+": "+s.text)
	}
	for _, b := range banned {
		if b.is.MatchString(s.text) {
			add("%s", b.what)
		}
	}
	for _, m := range tableName.FindAllStringSubmatch(s.text, -1) {
		if table, alias := m[1], m[2]; slices.Contains(tables, table) && !tiedToClient(s.text, table, alias) {
			add("table %s without its client", table)
		}
	}
	return wrong
}

// tiedToClient tells whether a statement says which client the rows of a table are of.
func tiedToClient(text, table, alias string) bool {
	if strings.HasPrefix(text, "INSERT INTO "+table+" ") {
		return regexp.MustCompile(`^INSERT INTO [a-z_]+ \(client, [a-z_, 0-9]+\) VALUES \(\$1, `).MatchString(text)
	}
	column := "client"
	if alias != "" {
		column = alias + ".client"
	}
	// The client is the first argument, or that of a table that is tied to it.
	tie := regexp.MustCompile(`(WHERE|AND|ON) ` + regexp.QuoteMeta(column) + ` = (\$1|[a-z]\.client)( |$)`)
	// Tx.scoped puts the clients of the scope in the place of SCOPE(t.client).
	scoped := strings.Contains(text, "WHERE SCOPE(t.client)")
	if scoped && column == "t.client" {
		return true
	}
	return tie.MatchString(text) && (scoped || strings.Contains(text, "client = $1"))
}

// globalTables belong to the installation and to no client: reviewed one by one.
var globalTables = []string{
	"views",         // of one person each, who may see many clients
	"leases",        // which process does the work
	"teams",         // of the provider
	"people",        // those of the provider see many clients; those of a client name it
	"grants",        // which clients they see, looked up by person
	"sessions",      // looked up before anybody knows whose they are
	"links",         // likewise
	"api_tokens",    // likewise
	"known_devices", // likewise
	"audit",         // of people, teams and clients, read by those who run the installation
}

// acrossClients are the statements that look at the rows of all clients at once, because they
// look for what comes next: reviewed one by one. What they find is held against the scope
// of the transaction.
var acrossClients = []string{
	// What is due next, earliest first.
	"SELECT wake, client, stream FROM tickets WHERE wake <= $1 AND (wake > $2 OR wake = $2 AND (client > $3 OR client = $3 AND stream > $4)) ORDER BY wake, client, stream LIMIT $5",
	"SELECT wake FROM tickets WHERE wake < $1 ORDER BY wake LIMIT 1",
	"SELECT client, contract, max(number) FROM contract_versions GROUP BY client, contract",
	// A place in the search, which is one list of all.
	"SELECT number FROM tickets WHERE number = $1 AND number > 0",
	// The outbox, for who works it and who looks at it.
	"SELECT client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded, due, expires, attempts, fence, sent, problem FROM outbox WHERE due <= $1 ORDER BY due, item LIMIT $2",
	"SELECT client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded, due, expires, attempts, fence, sent, problem FROM outbox WHERE item < $1 ORDER BY item DESC LIMIT $2",
	"SELECT client FROM outbox WHERE item = $1",
	"SELECT COUNT(*), COALESCE(MIN(recorded), 0) FROM outbox WHERE due < $1",
	"SELECT due FROM outbox WHERE due < $1 ORDER BY due LIMIT 1",
	// The notices of one person, who may see many clients.
	"SELECT client, notice, person, stream, seq, code, args, at, seen FROM notices WHERE person = $1 AND notice < $2 ORDER BY notice DESC LIMIT $3",
	"SELECT client, COUNT(*) FROM notices WHERE person = $1 AND seen = 0 GROUP BY client",
	"UPDATE notices SET seen = $3 WHERE person = $1 AND notice = $2 AND seen = 0",
	"UPDATE notices SET seen = $3 WHERE person = $1 AND notice <= $2 AND seen = 0",
}

// clientTables are the tables whose key begins with the client, but for the list of clients.
func clientTables(t *testing.T) []string {
	t.Helper()
	var names []string
	files, err := schema.ReadDir("schema")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := schema.ReadFile("schema/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		created := strings.Count(string(text), "CREATE TABLE ")
		for _, global := range globalTables {
			created -= strings.Count(string(text), "CREATE TABLE "+global+" ")
		}
		found := createdAs.FindAllStringSubmatch(string(text), -1)
		if created != len(found) {
			t.Errorf("%s: %d tables, %d begin with their client", f.Name(), created, len(found))
		}
		for _, m := range found {
			if m[1] != "clients" {
				names = append(names, m[1])
			}
		}
		keys := strings.Count(string(text), "PRIMARY KEY (client, ")
		if strings.Contains(string(text), "CREATE TABLE clients ") {
			keys++ // its key is the client alone
		}
		if keys != created {
			t.Errorf("%s: %d tables, %d keys begin with the client", f.Name(), created, keys)
		}
	}
	return names
}

func TestStatementsSayTheirClient(t *testing.T) {
	t.Parallel()
	tables := clientTables(t)
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen, reviewed := 0, 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "engine.go" {
			continue // engine.go is where the engines may differ
		}
		for _, s := range statements(t, f.Name(), nil) {
			seen++
			if slices.Contains(acrossClients, s.text) {
				reviewed++
				continue
			}
			for _, w := range lint(s, tables) {
				t.Error(w)
			}
		}
	}
	if reviewed != len(acrossClients) {
		t.Errorf("%d of the %d statements about all clients are there", reviewed, len(acrossClients))
	}
	if seen < 15 || len(tables) < 5 {
		t.Errorf("looked at %d statements about %d tables: the search is broken", seen, len(tables))
	}
}

func TestStatementFaultsAreSeen(t *testing.T) {
	t.Parallel()
	tables := []string{"tickets", "streams", "entries"}
	for _, c := range []struct{ text, want string }{
		{"SELECT stream FROM tickets WHERE client = $1 AND wake <= $2", ""},
		{"SELECT stream FROM tickets WHERE wake <= $1", "tickets without its client"},
		{"SELECT stream FROM tickets WHERE client = $2 AND stream = $1", "tickets without its client"},
		{"SELECT stream FROM tickets WHERE client <> $1", "tickets without its client"},
		{"SELECT e.seq FROM entries e JOIN streams s ON s.client = e.client AND s.stream = e.stream WHERE e.client = $1", ""},
		{"SELECT e.seq FROM entries e JOIN streams s ON s.stream = e.stream WHERE e.client = $1", "streams without its client"},
		{"SELECT e.seq FROM entries e JOIN clients c ON c.client = e.client", "entries without its client"},
		{"SELECT t.stream FROM tickets t WHERE SCOPE(t.client)", ""},
		{"SELECT t.stream FROM tickets t JOIN entries e ON e.stream = t.stream WHERE SCOPE(t.client)", "entries without its client"},
		{"SELECT t.stream FROM tickets t JOIN entries e ON e.client = t.client AND e.stream = t.stream WHERE SCOPE(t.client)", ""},
		{"SELECT t.stream FROM tickets t WHERE t.client = SCOPE(t.client)", "tickets without its client"},
		{"UPDATE streams SET head = $3 WHERE client = $1 AND stream = $2", ""},
		{"UPDATE streams SET head = $2 WHERE stream = $1", "streams without its client"},
		{"DELETE FROM tickets", "tickets without its client"},
		{"INSERT INTO tickets (client, stream) VALUES ($1, $2)", ""},
		{"INSERT INTO tickets (stream, client) VALUES ($1, $2)", "tickets without its client"},
		{"INSERT INTO tickets (client, stream) VALUES ($2, $1)", "tickets without its client"},
		{"SELECT name FROM clients", ""},
		{"SELECT name FROM clients WHERE client = ANY($1)", "ANY"},
		{"SELECT $1::bigint", "a cast"},
		{"SELECT name FROM clients WHERE name LIKE $1", "LIKE"},
		{"SELECT name FROM clients WHERE recorded < now()", "now"},
		{"SELECT name FROM clients WHERE recorded < CURRENT_TIMESTAMP", "now"},
		{"SELECT clock_timestamp()", "now"},
		{"SELECT name FROM clients WHERE $1 IS NULL", "NULL"},
		{"SELECT * FROM clients", "all columns"},
		{"SELECT name FROM clients WHERE name = ?", "without a number"},
		{"SELECT name FROM clients ORDER BY name", "collation"},
		{"SELECT stream FROM tickets WHERE client = $1 AND escalated = 1", "boolean"},
		{"SELECT stream FROM tickets WHERE client = $1 AND escalated = TRUE", ""},
		{"UPDATE entries SET body = $2 WHERE client = $1", "a change of an entry"},
		{"DELETE FROM entries WHERE client = $1", "a change of an entry"},
		{"UPDATE audit SET actor = $1", "a change of an audit line"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			found := statements(t, "x.go", "package x\nvar s = `"+c.text+"`")
			if len(found) != 1 {
				t.Fatalf("found %d statements", len(found))
			}
			switch wrong := lint(found[0], tables); {
			case c.want == "" && len(wrong) > 0:
				t.Errorf("found %q, want nothing", wrong)
			case c.want != "" && (len(wrong) != 1 || !strings.Contains(wrong[0], c.want)):
				t.Errorf("found %q, want one finding with %q", wrong, c.want)
			}
		})
	}
}

// TestHotStatementsUseAnIndex asks SQLite how it would find the rows of the statements that
// run for every command: never by looking at all of a table.
func TestHotStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	s, err := Create(t.Context(), t.TempDir()+"/plan.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	argument := regexp.MustCompile(`\$\d+`)
	few := []string{ // tables of which all rows are wanted, and few are there
		"SELECT client, slug, name FROM clients",
		"SELECT client, contract, max(number) FROM contract_versions GROUP BY client, contract",
	}
	for _, name := range []string{
		"client.go", "contract.go", "stream.go", "content.go", "ticket.go", "wake.go", "outbox.go", "notice.go", "lease.go",
	} {
		for _, st := range statements(t, name, nil) {
			if strings.HasPrefix(st.text, "INSERT") || slices.Contains(few, st.text) {
				continue
			}
			plan := planOf(t, s, argument.ReplaceAllString(st.text, "'x'"))
			for _, line := range plan {
				if strings.HasPrefix(line, "SCAN") {
					t.Errorf("%s: %s: %s", st.where, line, st.text)
				}
			}
		}
	}
}

func planOf(t *testing.T, s *Store, text string) []string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := rows.Err(); err != nil || len(plan) == 0 {
		t.Fatalf("%s: no plan, %v", text, err)
	}
	return plan
}
