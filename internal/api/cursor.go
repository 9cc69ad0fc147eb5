package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// A cursor is the place of the last row of a page, and of what list. It opens nothing: who
// sends one sees what they may see, wherever it points. Its form:
//
//	version, 1 byte
//	digest of the filter and the order, 8 bytes
//	lane, 1 byte
//	rank, opened: 8 bytes each; milliseconds
//	stream: the rest
const (
	cursorVersion = 1
	cursorHead    = 1 + 8 + 1 + 8 + 8
	maxStream     = 64
)

var cursorText = base64.RawURLEncoding.Strict()

// writeCursor makes the cursor of a place in a list.
func writeCursor(list [8]byte, p app.Place) string {
	b := make([]byte, 0, cursorHead+len(p.Stream))
	b = append(b, cursorVersion)
	b = append(b, list[:]...)
	b = append(b, byte(p.Lane))
	b = binary.BigEndian.AppendUint64(b, uint64(p.Rank))               //nolint:gosec // the bits are kept
	b = binary.BigEndian.AppendUint64(b, uint64(p.Opened.UnixMilli())) //nolint:gosec // the bits are kept
	return cursorText.EncodeToString(append(b, p.Stream...))
}

// readCursor reads a cursor of a list; "" is its start. It fails with CodeCursor for what is
// none, and with CodeCursorOther for one of another list.
func readCursor(list [8]byte, text string) (app.Place, error) {
	if text == "" {
		return app.Place{}, nil
	}
	broken := fault.New(fault.Invalid, CodeCursor, "parameter", "cursor")
	if cursorText.DecodedLen(len(text)) > cursorHead+maxStream {
		return app.Place{}, broken
	}
	b, err := cursorText.DecodeString(text)
	if err != nil || len(b) <= cursorHead || b[0] != cursorVersion || clock.Lane(b[9]) > clock.LaneNone {
		return app.Place{}, broken
	}
	for _, sign := range b[cursorHead:] {
		if sign <= ' ' || sign > '~' {
			return app.Place{}, broken
		}
	}
	if [8]byte(b[1:9]) != list {
		return app.Place{}, fault.New(fault.Invalid, CodeCursorOther, "parameter", "cursor")
	}
	opened := int64(binary.BigEndian.Uint64(b[18:])) //nolint:gosec // the bits are kept
	if opened < -maxMillis || opened > maxMillis {
		return app.Place{}, broken
	}
	return app.Place{
		Lane: clock.Lane(b[9]), Rank: int64(binary.BigEndian.Uint64(b[10:])), //nolint:gosec // the bits are kept
		Opened: time.UnixMilli(opened).UTC(), Stream: string(b[cursorHead:]),
	}, nil
}

// maxMillis is later than any instant that a list can hold: the year 9999.
const maxMillis = 253_402_300_799_999

// listDigest tells one list from another: a place in one is none in another.
func listDigest(asked any) [8]byte {
	body, err := json.Marshal(asked)
	if err != nil {
		panic(err) // filters hold nothing that JSON cannot say
	}
	sum := sha256.Sum256(body)
	return [8]byte(sum[:8])
}
