package cli

import (
	"fmt"
	"time"
)

// progress draws how far a long command is, on a terminal only, twice a second at most.
type progress struct {
	console *Console
	message string
	counted int
	next    time.Time
	drawn   bool
}

// progress starts to draw; the message takes "count".
func (c *Console) progress(message string) *progress {
	return &progress{console: c, message: message}
}

func (p *progress) count() {
	p.counted++
	if !p.console.Terminal || p.counted%64 != 0 {
		return
	}
	if now := p.console.Now(); now.After(p.next) {
		fmt.Fprintf(p.console.Err, "\r%s", p.console.Voice.Text(p.message, "count", p.counted))
		p.next, p.drawn = now.Add(500*time.Millisecond), true
	}
}

// clear takes the progress off the terminal.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.console.Err, "\r\x1b[K")
		p.drawn = false
	}
}
