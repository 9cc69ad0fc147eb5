package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestCallerOf(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, e := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy says nothing", "192.0.2.1:5", nil, "192.0.2.1:5"},
		{"who is no proxy is not believed", "192.0.2.1:5", []string{"198.51.100.7"}, "192.0.2.1:5"},
		{"a proxy that says nothing", "10.0.0.1:5", nil, "10.0.0.1:5"},
		{"through a proxy", "10.0.0.1:5", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"through two", "10.0.0.1:5", []string{"198.51.100.7, 10.2.3.4"}, "198.51.100.7:0"},
		{"through two that write lines of their own", "10.0.0.1:5", []string{"198.51.100.7", "10.2.3.4"}, "198.51.100.7:0"},
		{"who writes an address of theirs before", "10.0.0.1:5", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7:0"},
		{"who writes that of a proxy before", "10.0.0.1:5", []string{"10.9.9.9, 198.51.100.7"}, "198.51.100.7:0"},
		{"rubbish left of the caller", "10.0.0.1:5", []string{"rubbish, 198.51.100.7"}, "198.51.100.7:0"},
		{"rubbish", "10.0.0.1:5", []string{"198.51.100.7, rubbish"}, "10.0.0.1:5"},
		{"an empty hop", "10.0.0.1:5", []string{"198.51.100.7,"}, "10.0.0.1:5"},
		{"proxies only", "10.0.0.1:5", []string{"10.1.1.1, 10.2.3.4"}, "10.0.0.1:5"},
		{"IPv6", "[fd00::1]:5", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"a zone", "[fd00::1%eth0]:5", []string{"2001:db8::7%anything"}, "[2001:db8::7]:0"},
		{"IPv4 within IPv6", "[::ffff:10.0.0.1]:5", []string{"::ffff:198.51.100.7"}, "198.51.100.7:0"},
		{"a peer without address", "@", []string{"198.51.100.7"}, "@"},
	} {
		if got := callerOf(e.peer, e.forwarded, proxies); got != e.want {
			t.Errorf("%s: %s, want %s", e.name, got, e.want)
		}
	}
}

func TestHandlersSeeTheCaller(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.RemoteAddr = "127.0.0.1:5"
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	seen := ""
	look := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.RemoteAddr })
	knowCallers([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, look).ServeHTTP(httptest.NewRecorder(), r)
	if seen != "198.51.100.7:0" {
		t.Errorf("it comes from %s", seen)
	}
}
