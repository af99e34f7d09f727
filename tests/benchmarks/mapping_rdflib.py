"""Rows of memberships → N-Quads by rdflib (run by the peers' interpreter); prints the seconds that it took."""

import csv
import sys
import time

from rdflib import RDF, XSD, Dataset, Literal, Namespace, URIRef

PD, ORG = Namespace("https://w3id.org/party-defections/ontology#"), Namespace("http://www.w3.org/ns/org#")
IDENTIFIER = URIRef("http://purl.org/dc/terms/identifier")
REFERENCES = {
    "member": ORG.member,
    "organization": ORG.organization,
    "role": ORG.role,
    "affiliation": PD.affiliation,
    "electorate": PD.electorate,
}


def main(rows: str, quads: str, graph_name: str) -> None:
    began = time.perf_counter()
    dataset = Dataset()
    graph = dataset.graph(URIRef(graph_name))
    with open(rows, encoding="utf-8", newline="") as file:  # noqa: PTH123
        for row in csv.DictReader(file):
            subject = URIRef(row["subject_iri"])
            graph.add((subject, RDF.type, PD.Membership))
            for column, predicate in REFERENCES.items():
                if row[f"{column}_iri"]:
                    graph.add((subject, predicate, URIRef(row[f"{column}_iri"])))
            if row["identifier"]:
                graph.add((subject, IDENTIFIER, Literal(row["identifier"])))
            for name in ("start", "end"):
                for kind in ("date", "gYearMonth", "gYear"):
                    if row[f"{name}_{kind}"]:
                        graph.add((subject, PD[name], Literal(row[f"{name}_{kind}"], datatype=XSD[kind])))
                for bound in ("Earliest", "Latest"):
                    if row[f"{name}_{bound}"]:
                        graph.add((subject, PD[name + bound], Literal(row[f"{name}_{bound}"], datatype=XSD.date)))
    dataset.serialize(quads, format="nquads")
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
