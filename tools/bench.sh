#!/usr/bin/env bash
# Runs the benchmarks under a header that says where the figures come from. Compare two runs
# with bin/benchstat old.txt new.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

# A file in memory is durable for nothing, and says nothing of one on a disk.
if [ "$(stat -f -c %T "${TMPDIR:-/tmp}" 2>/dev/null)" = tmpfs ]; then
	export TMPDIR="$PWD/bin/bench"
	mkdir -p "$TMPDIR"
fi

changed=""
[ -z "$(git status --porcelain)" ] || changed=" with uncommitted changes"

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1), $(getconf _NPROCESSORS_ONLN) cores"
echo "system:  $(uname -srm)"
echo "go:      $(go env GOVERSION)"
echo "commit:  $(git rev-parse --short=12 HEAD)$changed"
echo "date:    $(date -u +%Y-%m-%dT%H:%MZ)"
echo

# Packages without benchmarks would only add noise.
mapfile -t dirs < <(grep -rlE '^func Benchmark[A-Z_0-9]' --include='*_test.go' . | xargs -r dirname | sort -u)
if [ ${#dirs[@]} -eq 0 ]; then
	echo "no benchmarks"
	exit 0
fi
go test -run '^$' -bench . -benchmem "$@" "${dirs[@]}"
