-- The things that an identifier names.
SELECT -1, entry.ref, entry.kind, entry.label, entry.description, entry.label, ''
FROM identifier JOIN entry ON entry.id = identifier.entry
WHERE identifier.text = :identifier ORDER BY entry.id LIMIT :most
