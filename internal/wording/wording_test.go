package wording_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/wording"
)

func TestText(t *testing.T) {
	t.Parallel()
	if got := wording.In(wording.Dutch).Text("fault.cure"); got != "Wat te doen" {
		t.Errorf("Dutch: %q", got)
	}
	if got := wording.In(wording.English).Text("fault.cure"); got != "What to do" {
		t.Errorf("English: %q", got)
	}
}
