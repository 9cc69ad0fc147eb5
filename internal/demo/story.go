package demo

import (
	"embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

//go:embed stories/*.yaml
var storyFiles embed.FS

// story is what tickets can be about. In its words {n}, {few}, {part}, {order}, {item},
// {place} and {site} stand for what differs from ticket to ticket.
type story struct {
	ID       string
	Kind     catalog.Kind
	Lang     string   // of the words; English unless said
	In       []string // slugs of the shops where it can happen, none for all
	Priority []catalog.Priority
	Via      ticket.Channel
	Title    string
	Text     string
	Notes    []string // internal, in their order
	Updates  []string // public, in their order
	Wrote    []string // messages of the client
	Fix      string   // the public message that it is done
	Cause    string   // the root cause

	// The party that it waits for, what is asked of it in public, and what it answers: as a message
	// of the client, or as an internal note about what others said.
	Party catalog.Party
	Ask   string
	Back  string

	Problem string        // story of the problem behind an incident
	Change  string        // story of the change that ends a problem
	Hours   float64       // of work that it takes, as a rule
	Level   catalog.Level // of those who do it
}

// at tells whether the story can happen at a shop.
func (s *story) at(shop string) bool { return len(s.In) == 0 || slices.Contains(s.In, shop) }

// phrases are what people write in tickets of all kinds.
type phrases struct {
	Answer, Seen, Still, Reply, Hand, Up, Reopen, Again, Thanks, Same, Merged, Cause []string
}

// book is all that people of the demonstration write.
type book struct {
	stories []*story
	phrases map[string]phrases // by language
}

func readBook() (*book, error) {
	b := &book{}
	for _, name := range []string{"checkout", "catalog", "orders", "platform", "requests", "delivery"} {
		var some []*story
		if err := readWords(name, &some); err != nil {
			return nil, err
		}
		b.stories = append(b.stories, some...)
	}
	return b, readWords("phrases", &b.phrases)
}

func readWords(name string, into any) error {
	text, err := storyFiles.ReadFile("stories/" + name + ".yaml")
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, into, yaml.Strict())
	}
	if err != nil {
		return fmt.Errorf("demo: stories of %s: %w", name, err)
	}
	return nil
}

// story finds a story by its name, which is there: a test asks for all.
func (b *book) story(id string) *story {
	i := slices.IndexFunc(b.stories, func(s *story) bool { return s.ID == id })
	return b.stories[i]
}

// about lists the stories of a kind that can happen at a shop.
func (b *book) about(kind catalog.Kind, shop string) []*story {
	var some []*story
	for _, s := range b.stories {
		if s.Kind == kind && s.at(shop) {
			some = append(some, s)
		}
	}
	return some
}

func (b *book) phrasesOf(s *story) phrases {
	if s.Lang == "" {
		return b.phrases["en"]
	}
	return b.phrases[s.Lang]
}
