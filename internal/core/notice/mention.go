package notice

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mentions finds the people of the provider who are named in a text: by "@" and their whole
// name, their first name where only one person has it, or their address up to its "@". Capitals
// do not matter. Each is found once, in the order of the text.
func Mentions(text string, people []Person) []string {
	text = strings.ToLower(text)
	names := handles(people)
	var found []string
	for at := 0; at < len(text); at++ {
		if text[at] != '@' || at > 0 && !boundary(text[:at], true) {
			continue
		}
		rest := text[at+1:]
		longest, id := 0, ""
		for name, of := range names {
			if len(name) > longest && strings.HasPrefix(rest, name) && boundary(rest[len(name):], false) {
				longest, id = len(name), of
			}
		}
		if id != "" && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found
}

// handles are the names by which one person each can be named.
func handles(people []Person) map[string]string {
	names := map[string]string{}
	shared := map[string]bool{}
	for _, p := range people {
		if p.Client {
			continue
		}
		name := strings.ToLower(p.Name)
		first, _, _ := strings.Cut(name, " ")
		local, _, _ := strings.Cut(strings.ToLower(p.Email), "@")
		for _, handle := range slices.Compact([]string{first, name, local}) {
			if of, taken := names[handle]; taken && of != p.ID {
				shared[handle] = true
			}
			if handle != "" {
				names[handle] = p.ID
			}
		}
	}
	for handle := range shared {
		delete(names, handle)
	}
	return names
}

// boundary tells whether a name may begin after a text, or end before it.
func boundary(text string, before bool) bool {
	next, _ := utf8.DecodeRuneInString(text)
	if before {
		next, _ = utf8.DecodeLastRuneInString(text)
	}
	return text == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '@' && next != '_'
}
