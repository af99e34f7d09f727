-- Every value that some source asserts or reports of some property, with what the policy needs to choose among them.
-- There before: statement (all fact rows, a value each), stated_claim and the context.
CREATE OR REPLACE TABLE candidate AS
SELECT
    s.tbl, s.subject, s.property, s.value, s.value_kind, s.single, s.source, s.modality,
    c.subject AS claim,
    coalesce(c.position, 0) AS position,
    r.issued_day, r.authority,
    x.about IS NOT NULL AS corrected,
    CASE s.value_kind
        WHEN 'date' THEN coalesce(date_diff('day', earliest(s.value)::DATE, latest(s.value)::DATE), 1000000)
        WHEN 'concept' THEN -d.depth
        WHEN 'kind' THEN -d.depth
        WHEN 'ref' THEN -coalesce(d.depth, 0)
        ELSE 0
    END AS vagueness
FROM statement s
JOIN source_rank r USING (source)
LEFT JOIN stated_claim c
    ON c.source = s.source AND c.about = s.subject AND c.property = s.property AND c.value = s.value
    AND c.modality = s.modality
LEFT JOIN correction x
    ON x.source = s.source AND x.about = s.subject AND x.property = s.property AND x.value = s.value
LEFT JOIN depth d ON d.name = s.value AND s.value_kind IN ('concept', 'kind', 'ref')
WHERE s.modality IN ('asserted', 'reported');
