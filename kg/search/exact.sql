-- The names that are one of two as they stand, the weightiest first.
SELECT name.id, entry.ref, entry.kind, entry.label, entry.description, name.text, name.words
FROM name JOIN entry ON entry.id = name.entry
WHERE name.words IN (:one, :other) ORDER BY name.id LIMIT :most
