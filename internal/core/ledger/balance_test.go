package ledger_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/ledger"
)

func TestWhatAPoolHoldsAndWhatIsBeyondIt(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]struct {
		balance       ledger.Balance
		whole, beyond int
	}{
		"within":         {ledger.Balance{Allotted: 600, Worked: 500, Left: 100}, 600, 0},
		"used up":        {ledger.Balance{Allotted: 600, Worked: 600}, 600, 0},
		"beyond":         {ledger.Balance{Allotted: 600, Worked: 600, Adjusted: 60, Pending: 60}, 600, 60},
		"all that comes": {ledger.Balance{Allotted: 600, CarriedIn: 60, Approved: 30, Exchanged: -120, Credited: 15, Worked: 700}, 585, 115},
		"without limit":  {ledger.Balance{Unlimited: true, Worked: 700}, 0, 0},
	} {
		if whole, beyond := e.balance.Whole(), e.balance.Beyond(); whole != e.whole || beyond != e.beyond {
			t.Errorf("%s: holds %d, and %d are beyond, want %d and %d", name, whole, beyond, e.whole, e.beyond)
		}
	}
}
