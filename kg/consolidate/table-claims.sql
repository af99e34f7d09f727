-- What the mappings to Wikidata reject, nobody's word upholds: it is withdrawn as by a correction.
INSERT INTO correction (about, property, value, source, told)
SELECT DISTINCT s.subject, s.property, s.value, s.source, 'Rejected: ' || coalesce(array_to_string(c.note, ' '), 'looked at.')
FROM claim c
JOIN property p ON p.curie = c.property
JOIN statement s ON s.tbl = p.tbl AND s.subject = c.about AND s.property = p.property AND s.value = c.value
WHERE c.source = 'source/wikidata-links' AND c.modality = 'concept/modality-denied' AND s.source <> c.source;

-- Where several sources give a property that can have one value different ones, or a correction withdraws one, each has a
-- claim, so that it can be told which is held and why. Tables and the identities make none of their own: what they say is named by the identifiers of
-- its row, or by the rows of the claim that they do make. What somebody is called differs from table to table and is no
-- matter of dispute: in derive.sql the names that are not held become alternative ones.
INSERT INTO claim BY NAME
WITH disputed AS (
    SELECT subject, property FROM statement
    WHERE single AND modality IN ('asserted', 'reported') AND property NOT IN ('label', 'givenName', 'familyName')
    GROUP BY subject, property
    HAVING count(DISTINCT value) > 1 AND count(DISTINCT source) > 1
    UNION
    SELECT about, property FROM correction
),
named AS (
    SELECT subject, source, list_sort(list(DISTINCT value)) AS rows
    FROM statement SEMI JOIN disputed USING (subject)
    WHERE property = 'identifier' GROUP BY subject, source
),
told AS (
    SELECT about AS subject, source, list_sort(list_distinct(flatten(list(row)))) AS rows
    FROM claim WHERE row IS NOT NULL GROUP BY about, source
)
SELECT
    s.source AS source,
    'claim/' || split_part(s.source, '/', 2) || '-'
        || left(sha256(s.subject || ' ' || s.property || ' ' || s.value || ' ' || s.modality), 16) AS subject,
    s.subject AS about, p.curie AS property, s.value, s.value_kind AS valueKind, s.source AS statedIn,
    'concept/modality-' || s.modality AS modality, coalesce(t.rows, n.rows, [s.subject]) AS row
FROM statement s
SEMI JOIN disputed d ON d.subject = s.subject AND d.property = s.property
JOIN property p ON p.tbl = s.tbl AND p.property = s.property
LEFT JOIN named n ON n.subject = s.subject AND n.source = s.source
LEFT JOIN told t ON t.subject = s.subject AND t.source = s.source
ANTI JOIN claim c
    ON c.source = s.source AND c.about = s.subject AND c.property = p.curie AND c.value = s.value
WHERE s.modality IN ('asserted', 'reported');
