-- Claims in the default graph: what every source claims, ranked; and a claim for each value that was inherited.
CREATE OR REPLACE TEMP TABLE verdict AS
SELECT claim, 'preferred' AS rank, min(rule) AS rule FROM ranked WHERE rule IN ('many', 'held') AND claim IS NOT NULL GROUP BY claim
UNION ALL
SELECT claim, 'normal', min(rule) FROM ranked WHERE rule NOT IN ('many', 'held') AND claim IS NOT NULL GROUP BY claim
UNION ALL
SELECT DISTINCT claim, 'deprecated', 'correction' FROM candidate WHERE corrected AND claim IS NOT NULL;

INSERT INTO claim BY NAME
SELECT c.* REPLACE (
    '' AS source,
    'concept/rank-' || coalesce(v.rank, 'normal') AS rank,
    'concept/policy-' || coalesce(v.rule, 'modality') AS rankedBy,
    o.others AS contradicts,
    CASE WHEN v.rule = 'correction' THEN [x.told] ELSE c.note END AS note
)
FROM claim c
LEFT JOIN verdict v ON v.claim = c.subject
LEFT JOIN (SELECT claim, list(other ORDER BY other) AS others FROM contradiction GROUP BY claim) o ON o.claim = c.subject
LEFT JOIN path ON path.path = split_part(c.about, '/', 1)
LEFT JOIN property p ON p.curie = c.property AND p.tbl = path.tbl
LEFT JOIN correction x ON x.about = c.about AND x.property = p.property AND x.value = c.value AND x.source = c.source;

INSERT INTO claim BY NAME
SELECT DISTINCT
    '' AS source,
    'claim/inherited-' || substr(sha256(i.subject || ' ' || i.property || ' ' || i.value), 1, 16) AS subject,
    i.subject AS about, p.curie AS property, i.value, p.value_kind AS valueKind,
    'source/party-defections' AS statedIn, 'concept/modality-asserted' AS modality,
    'concept/rank-preferred' AS rank, 'concept/policy-inherited' AS rankedBy, i.basis AS derivedFrom
FROM inherited i
JOIN property p ON p.tbl = i.tbl AND p.property = i.property;
