package store_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/store"
)

func TestTheSameKeyGoesOutOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		o := &store.Outgoing{Stream: "s1", Seq: 3, Rule: "told", Recipient: "p1", Channel: notice.Mail, Kind: notice.Warned}
		for range 2 {
			d.with(d.a, func(c *store.Client) error { return c.Enqueue(o) })
			d.update(func(tx *store.Tx) error { return tx.Enqueue(o) })
		}
	})
}
