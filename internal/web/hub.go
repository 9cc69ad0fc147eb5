package web

import (
	"sync"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// hub tells open pages that something changed. It keeps no messages: who is told looks again.
// Changes are gathered until Site.Tell, so that a storm of them costs each page one look.
type hub struct {
	mutex   sync.Mutex
	ears    map[*ear]struct{}
	changed map[string]bool // clients, by id
	told    int             // how often
	closed  bool
}

// ear is one open page.
type ear struct {
	person string // by id
	hears  func(client string) bool
	// says has room for one: a page that is told while it looks does so once more.
	says chan saying
}

// saying is what a page is told.
type saying string

const (
	look saying = "look" // something changed
	beat saying = "beat" // nothing did; the server is there
)

// beatEvery is how many tellings go by between two beats. They keep connections open that
// proxies would close for being silent.
const beatEvery = 15

// mostEars is how many pages of one person may listen at once.
const mostEars = 12

// listen begins to listen for changes of the clients that a person may see. There is no ear
// when the site is closing, and a fault when the person has too many.
func (h *hub) listen(person string, hears func(client string) bool) (*ear, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed {
		return nil, nil //nolint:nilnil // nothing is wrong, and there is nothing to hear
	}
	theirs := 0
	for e := range h.ears {
		if e.person == person {
			theirs++
		}
	}
	if theirs >= mostEars {
		return nil, fault.New(fault.TooMany, CodeStreams, "most", mostEars)
	}
	if h.ears == nil {
		h.ears = map[*ear]struct{}{}
	}
	e := &ear{person, hears, make(chan saying, 1)}
	h.ears[e] = struct{}{}
	return e, nil
}

// leave ends the listening.
func (h *hub) leave(e *ear) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	delete(h.ears, e)
}

// change notes that something of a client changed.
func (h *hub) change(client string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.changed == nil {
		h.changed = map[string]bool{}
	}
	h.changed[client] = true
}

// tell tells what was noted.
func (h *hub) tell() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.told++
	for e := range h.ears {
		for client := range h.changed {
			if e.hears(client) {
				e.tell(look)
				break
			}
		}
		if h.told%beatEvery == 0 {
			e.tell(beat)
		}
	}
	clear(h.changed)
}

// tell leaves a word. A page that has not yet taken the last one is going to look anyway.
func (e *ear) tell(s saying) {
	select {
	case e.says <- s:
	default:
	}
}

// close ends all listening.
func (h *hub) close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.closed = true
	for e := range h.ears {
		close(e.says)
	}
	h.ears = nil
}
