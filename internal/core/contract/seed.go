package contract

import (
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeNoSeed is the fault of holidays that are not known.
const CodeNoSeed reason.Code = "contract.no_seed" // seed

func seed(name string) ([]calendar.Holiday, error) {
	return nil, fault.New(fault.Invalid, CodeNoSeed, "seed", name)
}
