package client

import "net/http"

// Over is a client that asks over a transport of the test.
func Over(t http.RoundTripper) *Client {
	c, err := New("http://desk.example", "secret", "en")
	if err != nil {
		panic(err)
	}
	c.http.Transport, c.http.Timeout = t, 0
	return c
}
