package main

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// knowCallers has a handler see as the address of a request that of who sent it, and not that
// of a proxy in between.
func knowCallers(proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = callerOf(r.RemoteAddr, r.Header.Values("X-Forwarded-For"), proxies)
		next.ServeHTTP(w, r)
	})
}

// callerOf is where a request comes from: an address with a port, 0 where it is not known.
// Each proxy adds to the right of the forwarded addresses whom it was asked by, so the first
// from the right that is no proxy of ours is the caller; what stands left of it anybody can
// have written. Where there is none, or one on the way cannot be read, it is the peer.
func callerOf(peer string, forwarded []string, proxies []netip.Prefix) string {
	trusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	from, err := netip.ParseAddrPort(peer)
	if err != nil || !trusted(plain(from.Addr())) {
		return peer
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return peer
		}
		if a = plain(a); !trusted(a) {
			return netip.AddrPortFrom(a, 0).String()
		}
	}
	return peer
}

// plain is an address in the one form in which it is compared.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
