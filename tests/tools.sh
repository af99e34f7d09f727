#!/bin/sh
# Install the programs that the tests drive and pip cannot: Raptor, a third RDF parser. Where that is not possible the
# tests that need them skip and say so.
set -eu
command -v rapper >/dev/null && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends raptor2-utils >/dev/null
else
  echo "tests/tools.sh: Raptor is not installed (Debian: sudo apt-get install raptor2-utils)" >&2
fi
