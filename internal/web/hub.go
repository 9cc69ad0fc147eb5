package web

import "sync"

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
	hears func(client string) bool
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

// listen begins to listen for changes of the clients that somebody may see. The second result
// is false when the site is closing.
func (h *hub) listen(hears func(client string) bool) (*ear, bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed {
		return nil, false
	}
	if h.ears == nil {
		h.ears = map[*ear]struct{}{}
	}
	e := &ear{hears, make(chan saying, 1)}
	h.ears[e] = struct{}{}
	return e, true
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
