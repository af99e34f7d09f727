-- message: {a} names {b} defectors, more than the {c} who are held to have left
-- Where tables name some of them, that is a matter between sources: a warning.
SELECT whole.subject AS a, named.parts AS b, whole.effectiveCount AS c, named.by_table AS warning
FROM (
    SELECT partOf, count(*) AS parts, bool_or(status IN ('concept/status-inferred', 'concept/status-confirmed')) AS by_table
    FROM change WHERE source = '' GROUP BY partOf
) named
JOIN change whole ON whole.subject = named.partOf
WHERE whole.source = '' AND named.parts > whole.effectiveCount;
