-- The changes of single members that are parts of a collective one: those on its body that agree with it in direction
-- and time, if there are no more of them than were announced. There before: agreement and account, made anew after the
-- changes that are one were joined, and joined(ref), what became of those.
CREATE OR REPLACE TEMP TABLE part AS
WITH named AS (
    SELECT one AS whole, other AS ref FROM agreement WHERE collective AND dated
    UNION SELECT partOf, ref FROM account WHERE partOf IS NOT NULL AND NOT collective
)
SELECT n.whole, n.ref, count(*) OVER (PARTITION BY n.whole) AS named, w.most, w.counts, r.partOf IS NOT NULL AS told
FROM named n
JOIN account w ON w.ref = n.whole
JOIN account r ON r.ref = n.ref;

-- The changes that are confirmed: told by two, or parts of a whole that counts as many as are named.
CREATE OR REPLACE TEMP TABLE confirmed AS
SELECT ref FROM joined
UNION
SELECT ref FROM part WHERE list_contains(counts, named)
UNION
SELECT whole FROM part WHERE list_contains(counts, named);

-- What follows is said in our own graph, each with a claim that names what it follows from.
CREATE OR REPLACE TEMP TABLE said AS
SELECT ref AS subject, 'partOf' AS property, whole AS value, 'ref' AS kind, [whole] AS basis
FROM part WHERE named <= most AND NOT told
UNION ALL
SELECT whole, 'effectiveCount', any_value(named)::VARCHAR, 'integer', list(ref ORDER BY ref)
FROM part WHERE list_contains(counts, named) GROUP BY whole
UNION ALL
SELECT ref, 'status', 'concept/status-confirmed', 'concept', basis
FROM confirmed
JOIN (
    SELECT whole AS ref, list(ref ORDER BY ref) AS basis FROM part GROUP BY whole
    UNION ALL
    SELECT subject, list(DISTINCT membership ORDER BY membership)
    FROM (SELECT subject, unnest(list_concat(endsMembership, startsMembership)) AS membership FROM change)
    GROUP BY subject
) USING (ref);

INSERT INTO claim BY NAME
SELECT
    'source/inferred-changes' AS source,
    'claim/inferred-changes-' || left(sha256(subject || ' ' || property || ' ' || value), 16) AS subject,
    subject AS about, 'pd:' || property AS property, value, kind AS valueKind,
    'source/inferred-changes' AS statedIn, 'concept/modality-asserted' AS modality, basis AS derivedFrom
FROM said;

CREATE OR REPLACE TEMP TABLE said_row AS
SELECT subject,
    max(value) FILTER (property = 'partOf') AS partOf,
    max(value) FILTER (property = 'effectiveCount')::BIGINT AS effectiveCount,
    max(value) FILTER (property = 'status') AS status
FROM said GROUP BY subject;

UPDATE change SET
    partOf = coalesce(s.partOf, change.partOf),
    status = coalesce(s.status, change.status),
    confidenceReason =
        sorted_set(list_append(coalesce(confidenceReason, []), 'concept/evidence-agrees-with-report'))
FROM said_row s
WHERE s.subject = change.subject AND change.source = 'source/inferred-changes' AND kind IS NOT NULL;

INSERT INTO change BY NAME
SELECT 'source/inferred-changes' AS source, s.*
FROM said_row s ANTI JOIN (FROM change WHERE source = 'source/inferred-changes' AND kind IS NOT NULL) c USING (subject);
