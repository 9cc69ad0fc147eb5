package api

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/fault"
)

func TestCursorLeadsBack(t *testing.T) {
	t.Parallel()
	list, other := listDigest(TicketFilter{Kind: []string{"incident"}}), listDigest(TicketFilter{Kind: []string{"problem"}})
	for _, p := range []app.Place{
		{Lane: clock.LaneNone, Rank: -5, Opened: time.UnixMilli(0).UTC(), Stream: "06h115ha"},
		{Lane: clock.LaneDue, Rank: 1 << 60, Opened: time.UnixMilli(maxMillis).UTC(), Stream: "s"},
	} {
		got, err := readCursor(list, writeCursor(list, p))
		if err != nil || got != p {
			t.Errorf("%+v came back as %+v, %v", p, got, err)
		}
		if _, err := readCursor(other, writeCursor(list, p)); fault.All(err)[0].Code != CodeCursorOther {
			t.Errorf("another list took it: %v", err)
		}
	}
	for _, text := range []string{"x", "AQ", "!!!", writeCursor(list, app.Place{Lane: 9, Stream: "s"}), writeCursor(list, app.Place{}), writeCursor(list, app.Place{Stream: "a b"})} {
		if _, err := readCursor(list, text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// FuzzCursor: what is read as a cursor is written the same.
func FuzzCursor(f *testing.F) {
	list := listDigest(TicketFilter{})
	f.Add(writeCursor(list, app.Place{Lane: 1, Rank: 7, Opened: time.UnixMilli(1).UTC(), Stream: "06h115ha"}))
	f.Add("")
	f.Add("AQAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := readCursor(list, text)
		if err != nil {
			if len(fault.All(err)) != 1 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if text != "" && writeCursor(list, p) != text {
			t.Fatalf("%q came back as %q", text, writeCursor(list, p))
		}
	})
}
