-- The names that fit an expression of FTS5, the weightiest first.
SELECT name.id, entry.ref, entry.kind, entry.label, entry.description, name.text, name.words
FROM known JOIN name ON name.id = known.rowid JOIN entry ON entry.id = name.entry
WHERE known MATCH :expression ORDER BY known.rowid LIMIT :most
