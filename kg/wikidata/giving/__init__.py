"""What Wikidata could be given: additions only, each with a source, in the formats that its editors' tools read."""
