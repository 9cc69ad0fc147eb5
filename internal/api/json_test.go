package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// body has a field of each type that bodies are made of.
type body struct {
	Text string    `json:"text"`
	N    int       `json:"n"`
	Yes  bool      `json:"yes"`
	At   time.Time `json:"at"`
	List []item    `json:"list"`
	Sub  *sub      `json:"sub"`
}

type item struct {
	Sub *sub `json:"sub"`
}

type sub struct {
	Words []string `json:"words"`
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"text":`, 40) + "1" + strings.Repeat("}", 40)
	for _, one := range []struct{ name, text, want string }{
		{"empty object", `{}`, ""},
		{"all", `{"text":"é","n":-3,"yes":true,"at":"2026-03-02T09:00:00Z","sub":{"words":["a"]}}`, ""},
		{"null is not said", `{"text":null,"sub":null,"at":null}`, ""},
		{"spaces around", " \n{}\n ", ""},
		{"syntax", "{\n  \"text\": x}", "api.json_syntax line=2 column=11"},
		{"cut off", `{"text":"a`, "api.json_syntax line=1 column=10"},
		{"nothing", ``, "api.json_syntax line=1 column=1"},
		{"two values", "{}\n {}", "api.json_more line=2 column=2"},
		{"rubbish behind", `{}x`, "api.json_syntax line=1 column=3"},
		{"not UTF-8", "{\"text\":\"\xff\"}", "api.json_utf8 line=1 column=10"},
		{"deep", `{"sub":` + deep + `}`, "api.json_deep most=32"},
		{"twice", `{"text":"a","text":"b"}`, "api.json_twice field=/text"},
		{"twice by escape", `{"text":"a","\u0074ext":"b"}`, "api.json_twice field=/text"},
		{"unknown", `{"a/b~":{"x":1}}`, "api.json_unknown field=/a~1b~0"},
		{"capitals", `{"Text":"a"}`, "api.json_unknown field=/Text"},
		{"unknown in a list", `{"list":[{},{"x":1}]}`, "api.json_unknown field=/list/1/x"},
		{"text for a number", `{"n":"1"}`, "api.json_type field=/n wanted=number"},
		{"broken number", `{"n":1.5}`, "api.json_type field=/n wanted=number"},
		{"large number", `{"n":9223372036854775808}`, "api.json_type field=/n wanted=number"},
		{"number for a text", `{"text":1}`, "api.json_type field=/text wanted=string"},
		{"object for a text", `{"text":{"a":1}}`, "api.json_type field=/text wanted=string"},
		{"list for an object", `{"sub":[1]}`, "api.json_type field=/sub wanted=object"},
		{"no object", `[]`, "api.json_type field= wanted=object"},
		{"a word of a list", `{"sub":{"words":["a",2]}}`, "api.json_type field=/sub/words/1 wanted=string"},
		{"instant", `{"at":"yesterday"}`, "api.instant field=/at"},
		{"instant that is a number", `{"at":3}`, "api.json_type field=/at wanted=instant"},
		{"NUL", `{"text":"a\u0000b"}`, "api.json_nul field=/text"},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			var b body
			err := readJSON([]byte(one.text), &b)
			said := ""
			if faults := fault.All(err); len(faults) > 0 {
				said = faults[0].Error()
			} else if err != nil {
				said = err.Error()
			}
			if said != one.want {
				t.Errorf("%s\n gives %s\n want  %s", one.text, said, one.want)
			}
		})
	}
}

// TestReadJSONIsBounded sends what would take much memory or many words to refuse.
func TestReadJSONIsBounded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"list":` + strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40) + `}`:       "api.json_deep",
		`{"sub":{"words":[` + strings.Repeat(`"a",`, maxMembers) + `"a"]}}`:        "api.json_members",
		`{"sub":{"words":[` + strings.Repeat(`1,`, 100) + `1]}}`:                   "api.json_type",
		`{"x":` + strings.Repeat(`[{"list":`, 20) + strings.Repeat(`}]`, 20) + `}`: "api.json_deep",
	} {
		var b body
		faults := fault.All(readJSON([]byte(text), &b))
		if len(faults) == 0 || string(faults[0].Code) != want || len(faults) > maxFaults {
			t.Errorf("%.40s… gives %d faults %.200v, want %s", text, len(faults), faults, want)
		}
	}
}

// FuzzReadJSON: what is read is what the standard library reads, and it is read strictly:
// written again and read again it is the same.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"a","n":1,"yes":false,"list":[{"sub":{"words":["x"]}}]}`, `{"text":"\u0000"}`, `{"n":1e3}`,
		`{"text":"a","text":"b"}`, `[[[[`, "{\"\xff\":1}", `{"at":"2026-03-02T09:00:00+01:00"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var b body
		err := readJSON(text, &b)
		if err != nil {
			for _, one := range fault.All(err) {
				if one.Code == CodeUnreadable {
					t.Fatalf("the walk let %q through: %v", text, err)
				}
			}
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		var plain body
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatalf("read %q, which is not JSON: %v", text, err)
		}
		if fmt.Sprintf("%+v", b) != fmt.Sprintf("%+v", plain) && !strings.Contains(fmt.Sprintf("%+v", b), "0x") {
			t.Fatalf("%+v is not %+v", b, plain)
		}
		again, err := json.Marshal(b)
		if err != nil {
			var at *time.ParseError
			if errors.As(err, &at) || strings.Contains(err.Error(), "year outside") {
				return
			}
			t.Fatal(err)
		}
		if err := readJSON(again, &plain); err != nil && !strings.Contains(err.Error(), string(CodeInstant)) {
			t.Fatalf("wrote %s, which is not read: %v", again, err)
		}
	})
}
