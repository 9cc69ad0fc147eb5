#!/usr/bin/env bash
# Finds what the tests need beyond Go. What is missing is installed on Debian as root, and
# named with the command that gets it everywhere else.
set -euo pipefail

packages=()
why=()

want() { # package, what it is for
	packages+=("$1")
	why+=("$1: $2")
}

command -v gcc >/dev/null || want gcc "C compiler, for the race detector"
# gcc alone has no C headers on Debian.
echo '#include <stdlib.h>' | gcc -E - >/dev/null 2>&1 || want libc6-dev "C headers, for the race detector"
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
	want postgresql "PostgreSQL server, for the store tests (each run starts its own, on no fixed port)"
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
	want chromium "browser, for the tests of pages (each run starts its own, without a window)"

[ ${#packages[@]} -eq 0 ] && exit 0

printf 'missing %s\n' "${why[@]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	echo "On Debian or Ubuntu: sudo apt-get install ${packages[*]}"
	echo "Elsewhere: install the same with your system's package manager, with initdb on the PATH."
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# A foreign package source that is down must not stop us; the install says whether it mattered.
apt-get update -qq || true
apt-get install -y -qq --no-install-recommends "${packages[@]}"
