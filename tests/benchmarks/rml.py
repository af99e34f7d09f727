"""The RML mapping of memberships, and the configuration by which morph-kgc runs it."""

from pathlib import Path

from tests.benchmarks.memberships import BOUNDS, REFERENCES

_PREDICATES = {
    "member": "http://www.w3.org/ns/org#member",
    "organization": "http://www.w3.org/ns/org#organization",
    "role": "http://www.w3.org/ns/org#role",
}
_PD = "https://w3id.org/party-defections/ontology#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_HEAD = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
<#Membership> a rr:TriplesMap ;
    rml:logicalSource [ rml:source "{rows}" ; rml:referenceFormulation ql:CSV ] ;
    rr:subjectMap [ rml:reference "subject_iri" ; rr:termType rr:IRI ;
        rr:class <{pd}Membership> ; rr:graph <{graph}> ] ;
"""
_CONFIGURATION = """[CONFIGURATION]
output_file = {quads}
output_format = N-QUADS
number_of_processes = 2
logging_level = ERROR
[memberships]
mappings = {mapping}
"""


def write_rml(rows: Path, graph: str, quads: Path, folder: Path) -> Path:
    """Write the mapping and the configuration into a folder; the path of the configuration."""
    objects = [
        _object(_PREDICATES.get(name, _PD + name), f'rml:reference "{name}_iri" ; rr:termType rr:IRI')
        for name in REFERENCES[1:]
    ]
    objects.append(_object("http://purl.org/dc/terms/identifier", 'rml:reference "identifier"'))
    for name in BOUNDS:
        objects += [_dated(_PD + name, f"{name}_{kind}", kind) for kind in ("date", "gYearMonth", "gYear")]
        objects += [_dated(_PD + name + end, f"{name}_{end}", "date") for end in ("Earliest", "Latest")]
    mapping, configuration = folder / "mapping.ttl", folder / "morph.ini"
    mapping.write_text(_HEAD.format(rows=rows, pd=_PD, graph=graph) + " ;\n".join(objects) + " .\n", encoding="utf-8")
    configuration.write_text(_CONFIGURATION.format(quads=quads, mapping=mapping), encoding="utf-8")
    return configuration


def _object(predicate: str, term: str) -> str:
    return f"    rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ {term} ] ]"


def _dated(predicate: str, column: str, kind: str) -> str:
    return _object(predicate, f'rml:reference "{column}" ; rr:datatype <{_XSD}{kind}>')
