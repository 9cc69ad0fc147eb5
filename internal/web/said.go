package web

import (
	"encoding/base64"
	"time"
)

// saidCookie carries what was just done to the page that is shown after it.
const saidCookie = "watchbill-said"

// say has the next page say what was done.
func (v *visit) say(what string) {
	v.setCookie(saidCookie, base64.RawURLEncoding.EncodeToString([]byte(what)), time.Minute)
}

// heard gives what the page before wanted said, once.
func (v *visit) heard() string {
	kept := v.cookie(saidCookie)
	if kept == "" {
		return ""
	}
	v.dropCookie(saidCookie)
	what, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil {
		return ""
	}
	return string(what)
}
