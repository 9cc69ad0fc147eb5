package ui

// bindings are the lines of the keys dialog: what is pressed, and the word that says what it
// does. What a key does is what the page has under data-key; the browser hides the lines of
// keys that the page does not have.
var bindings = [...]struct{ keys, does string }{
	{"?", "keys"},
	{"/", "find"},
	{"$mod+k", "palette"},
	{"j k", "move"},
	{"Enter", "open"},
	{"Escape", "back"},
	{"x", "select"},
	{".", "new"},
	{"f", "filter"},
	{"c", "create"},
	{"a", "acknowledge"},
	{"w", "why"},
	{"o", "owner"},
	{"p", "priority"},
	{"u", "link"},
	{"l", "log"},
	{"r", "reply"},
	{"i", "note"},
	{"$mod+Enter", "send"},
	{"1", "step"},
	{"y", "accept"},
	{"e", "edit"},
	{"n", "refuse"},
	{"z", "undo"},
	{"g q", "queue"},
	{"g h", "hours"},
	{"g n", "notices"},
	{"g c", "contracts"},
	{"g p", "capacity"},
}

// always are the keys that work on every page, whether or not it has something for them.
func always(keys string) bool {
	switch keys {
	case "?", "$mod+k", "Escape":
		return true
	}
	return false
}
