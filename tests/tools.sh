#!/bin/sh
# Install what the tests drive and pip does not install beside the project: programs of Debian's (Raptor and roqet), and
# into .venv/share the W3C's test suite, Comunica and sparqlx. Where that is not possible the tests that need them skip
# and say so.
set -u
cd "$(dirname "$0")/.."
share=.venv/share
mkdir -p "$share"

missing() {
  echo "tests/tools.sh: $1" >&2
}

debian() { # command package
  command -v "$1" >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" >/dev/null && return
  fi
  missing "$1 is not installed (Debian: sudo apt-get install $2)"
}

w3c() { # the SPARQL 1.1 tests (W3C Test Suite Licence, or 3-clause BSD) as rdflib's source distribution carries them
  [ -d "$share/w3c-sparql11" ] && return
  rdflib=rdflib-7.6.0
  fetched=$(mktemp -d)
  .venv/bin/pip download -q --no-deps --no-binary rdflib -d "$fetched" "rdflib==${rdflib#rdflib-}" &&
    tar -xzf "$fetched/$rdflib.tar.gz" -C "$fetched" "$rdflib/test/data/suites/w3c/sparql11" &&
    mv "$fetched/$rdflib/test/data/suites/w3c/sparql11" "$share/w3c-sparql11" ||
    missing "the W3C's SPARQL 1.1 tests are not there"
  rm -rf "$fetched"
}

comunica() {
  [ -d "$share/comunica/node_modules/@comunica" ] && return
  command -v npm >/dev/null &&
    npm install --silent --no-audit --no-fund --prefix "$share/comunica" '@comunica/query-sparql@4' >/dev/null && return
  rm -rf "$share/comunica"
  missing "Comunica is not there (npm: @comunica/query-sparql@4)"
}

sparqlx() { # in an environment of its own, because it asks for a later Python than the project does
  [ -x "$share/sparqlx/bin/python" ] && return
  for python in python3.14 python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
    "$python" -m venv "$share/sparqlx" 2>/dev/null && "$share/sparqlx/bin/pip" install -q 'sparqlx>=0.11' && return
    rm -rf "$share/sparqlx"
  done
  missing "sparqlx is not there: it needs Python 3.12"
}

debian rapper raptor2-utils
debian roqet rasqal-utils
w3c
comunica
sparqlx
