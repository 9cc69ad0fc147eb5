# Watchbill: what one does with this repository. `make` alone lists the targets.

SHELL      := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One thing after the other: the parts share two cores and one terminal.
.NOTPARALLEL:

# Watchbill is built without C; only the race detector needs a compiler.
export CGO_ENABLED = 0

# How long `make fuzz` spends on each fuzz target.
FUZZTIME ?= 10s

# A package whose tests take longer than this is stuck, not slow.
TIMEOUT ?= 15m

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/watchbill
	go build -trimpath -o bin/ ./cmd/watchbill

.PHONY: check
check: lint ## all that can be said in a minute: format, vet, lint, shape of the house, fast tests
	go test -short -timeout $(TIMEOUT) ./...

.PHONY: test
test: need ## everything: sets up what it needs, then whole suite, race detector, format, vet, lint
	go test -count=1 -timeout $(TIMEOUT) ./...
	$(MAKE) --no-print-directory race lint

.PHONY: lint
lint: bin/.tools ## format, vet and lint only
	@unformatted=$$(bin/gofumpt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make fmt mends it):"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	bin/golangci-lint run --allow-parallel-runners ./...
	go run -C tools/web . -static ../../internal/web/static -check

# The race detector slows pure-Go SQLite about tenfold, so it watches the fast tests only.
.PHONY: race
race: ## fast tests under the race detector
	CGO_ENABLED=1 go test -race -short -timeout $(TIMEOUT) ./...

.PHONY: need
need: ## install what the tests need (Debian, as root), or name what is missing
	tools/need.sh

.PHONY: bench
bench: ## run the benchmarks; prints machine, Go version and commit first
	tools/bench.sh

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (default 10s)
	FUZZTIME=$(FUZZTIME) tools/fuzz.sh

.PHONY: sizes
sizes: ## print how long files and functions are
	@go test -count=1 -run '^TestSizes$$' -v ./internal/arch | grep size_test

.PHONY: fmt
fmt: bin/.tools ## format the Go code
	bin/golangci-lint fmt ./...

.PHONY: generate
generate: ## make the generated files again
	go generate ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist

# The tools have a module of their own, so that their hundreds of dependencies stay out of ours.
bin/.tools: tools/go.mod tools/go.sum
	@echo "building golangci-lint, gofumpt, benchstat and templ; the first time takes some minutes"
	mkdir -p bin
	cd tools && go build -o ../bin/ tool
	touch $@
