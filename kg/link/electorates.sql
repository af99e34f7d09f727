-- The electorates of one body that are called alike: one ward under one name, as long as no source gives it two
-- identifiers. A source without identifiers only spells it in two ways.
CREATE OR REPLACE TEMP TABLE electorate_namesake AS
WITH whole AS (SELECT subject AS ref, any_value(body ORDER BY body) AS body FROM electorate GROUP BY subject),
told AS (
    SELECT e.source, ref, whole.body, name_key(place_name(any_value(e.label ORDER BY e.label))) AS name,
        bool_or(i.identifier IS NOT NULL) AS identified
    FROM electorate e
    JOIN whole ON whole.ref = e.subject
    LEFT JOIN identified i USING (ref)
    WHERE e.label IS NOT NULL AND whole.body IS NOT NULL
    GROUP BY e.source, ref, whole.body
),
in_source AS (
    SELECT body, name, source, count(DISTINCT ref) AS refs, count(DISTINCT ref) FILTER (identified) AS choices
    FROM told GROUP BY ALL
),
alike AS (
    SELECT body, name, greatest(max(choices), 1) AS rivals FROM in_source GROUP BY body, name
    HAVING sum(refs) > 1 AND (count(*) > 1 OR max(choices) < 2)
)
SELECT min(t.ref) OVER (PARTITION BY t.body, t.name) AS one, t.ref AS other, t.name, a.rivals
FROM (SELECT DISTINCT ref, body, name FROM told) t
JOIN alike a USING (body, name);
