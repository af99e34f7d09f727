#!/bin/sh
# Install what the tests drive and pip does not install beside the project: programs of Debian's (Raptor, roqet and
# Chromium), and into .venv/share the W3C's test suite, the schemas of its Reconciliation API, Comunica and sparqlx.
# Where that is not possible the tests that need them skip and say so.
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

reconciliation() { # the JSON schemas of the W3C's Reconciliation Service API 0.2, from its repository
  [ -d "$share/reconciliation-0.2" ] && return
  fetched=$(mktemp -d)
  GIT_TERMINAL_PROMPT=0 git clone -q --depth 1 https://github.com/reconciliation-api/specs "$fetched/specs" 2>/dev/null &&
    mv "$fetched/specs/0.2/schemas" "$share/reconciliation-0.2" ||
    missing "the schemas of the Reconciliation Service API are not there (github.com/reconciliation-api/specs)"
  rm -rf "$fetched"
}

sssom() { # the standard's own package, in an environment of its own, because it is heavy and only validates
  [ -x "$share/sssom/bin/sssom" ] && return
  python3 -m venv "$share/sssom" && "$share/sssom/bin/pip" install -q 'sssom>=0.4.20' && return
  rm -rf "$share/sssom"
  missing "sssom is not there (PyPI: sssom)"
}

debian rapper raptor2-utils
debian roqet rasqal-utils
debian chromium chromium
w3c
comunica
sparqlx
reconciliation
sssom
