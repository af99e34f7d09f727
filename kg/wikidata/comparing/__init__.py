"""What Wikidata says of seats and parties beside what this graph says of them, and where the two differ."""
