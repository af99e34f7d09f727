"""Benchmarks: a script for each question, the project and its peers side by side in one run; pytest collects none.

`python -m tests.benchmarks.mapping`: fact rows to sorted N-Quads, beside morph-kgc (RML) and rdflib.
`python -m tests.benchmarks.wide`: the whole wide build, beside what `oxigraph load` alone needs for its quads.
`python -m tests.benchmarks.rebuild`: a build anew, one where one source changed, and one where nothing did.
`python -m tests.benchmarks.pages HOME`: how long pages take that nobody has asked for before, and how large they are.
`python -m tests.benchmarks.reconcile HOME`: members of a build asked for as others write their names; who is matched.
"""
