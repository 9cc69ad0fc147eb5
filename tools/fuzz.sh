#!/usr/bin/env bash
# Runs every fuzz target in the repository for FUZZTIME each, one after the other. Go takes
# one target at a time, so they are found here. What a target finds is written to its
# package's testdata/fuzz, to be committed with the repair.
set -euo pipefail
cd "$(dirname "$0")/.."

found=0
while IFS=: read -r file target; do
	found=$((found + 1))
	go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-10s}" "$(dirname "$file")"
done < <(grep -roE '^func Fuzz[A-Za-z_0-9]+' --include='*_test.go' . | sed 's/:func /:/' | sort)
echo "$found fuzz targets, ${FUZZTIME:-10s} each"
