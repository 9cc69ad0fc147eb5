package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/wording"
)

// caller is who sent a request, and how the answer is said.
type caller struct {
	actor       access.Actor
	voice       *wording.Voice
	log         *slog.Logger
	reference   string
	conditional bool // the request had If-Match
}

// callerKey finds the caller in the context of a request.
type callerKey struct{}

func callerOf(ctx context.Context) *caller { return ctx.Value(callerKey{}).(*caller) }

// newReference makes a name for an answer, to be found again in the log.
func newReference() string {
	var random [8]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}

// bearer takes the token out of the header Authorization. It takes it from nowhere else: what a
// browser sends by itself opens nothing here.
func bearer(header string) (person.Secret, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fault.New(fault.SignedOut, CodeNoToken)
	}
	return person.Secret(token), nil
}

// language picks the language that Accept-Language likes best: the first of the highest
// quality that Watchbill speaks, English otherwise.
func language(header string) wording.Language {
	best, quality := wording.English, ""
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		var l wording.Language
		switch primary, _, _ := strings.Cut(strings.ToLower(tag), "-"); primary {
		case "en":
			l = wording.English
		case "nl":
			l = wording.Dutch
		default:
			continue
		}
		q := "1"
		if given, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q = given
		}
		// Qualities are "0", "0.5", "1": they compare as texts.
		if strings.Trim(q, "0.") != "" && q > quality {
			best, quality = l, q
		}
	}
	return best
}

// in is the caller to whom instants are said in a zone.
func (c *caller) in(zone *time.Location) *caller {
	there := *c
	there.voice = c.voice.In(zone)
	return &there
}
