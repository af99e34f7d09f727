-- What is wrong with the items that sources give, as told(ref, qid, source) has them: a row for each with what is told.
CREATE OR REPLACE TABLE fault AS
WITH several_things AS (
    SELECT qid FROM (
        SELECT ref, qid FROM told
        UNION SELECT ref, string_split(code, ':')[2] FROM (SELECT ref, unnest(codes) AS code FROM thing) WHERE code LIKE 'wikidata:Q%'
    )
    GROUP BY qid HAVING count(DISTINCT ref) > 1
),
everyone AS (
    SELECT ref, qid, source FROM told
    UNION
    SELECT ref, string_split(code, ':')[2], 'an identifier of its source'
    FROM (SELECT ref, unnest(codes) AS code FROM thing) WHERE code LIKE 'wikidata:Q%'
)
SELECT 'one item of several things' AS kind, string_agg(DISTINCT ref, ' ' ORDER BY ref) AS ref, qid,
    string_agg(DISTINCT ref || ' by ' || source, '; ' ORDER BY ref || ' by ' || source) AS told
FROM everyone SEMI JOIN several_things USING (qid) GROUP BY qid
UNION ALL
SELECT 'several items of one thing', ref, string_agg(DISTINCT qid, ' ' ORDER BY qid),
    string_agg(DISTINCT qid || ' by ' || source, '; ' ORDER BY qid || ' by ' || source)
FROM told GROUP BY ref HAVING count(DISTINCT qid) > 1
UNION ALL
SELECT 'an area and not the council', t.ref, t.qid, 'the item is called ' || i.label || '; given by ' || t.source
FROM told t JOIN item i USING (qid)
WHERE t.ref LIKE 'council/%' AND i.label IS NOT NULL AND NOT is_authority(i.label)
UNION ALL
SELECT 'an area and not the council', id, replace(relatedMatch, 'http://www.wikidata.org/entity/', ''),
    'a source has the items of the area and of the legislature alone, as related'
FROM published_body WHERE relatedMatch IS NOT NULL AND exactMatch IS NULL
UNION ALL
SELECT 'a legislature and not the council', t.ref, t.qid, 'the item is called ' || i.label || '; given by ' || t.source
FROM told t JOIN item i USING (qid)
WHERE t.ref LIKE 'council/%' AND i.kind = 'legislature'
UNION ALL
SELECT 'called otherwise', t.ref, t.qid, t.label || ' is called ' || coalesce(i.label, 'nothing') || ' there; given by ' || t.source
FROM (SELECT told.*, label FROM told JOIN thing USING (ref) WHERE class IN ('person', 'affiliation') AND ref NOT LIKE 'status/%') t
JOIN item i USING (qid)
ANTI JOIN (FROM scored_person UNION ALL BY NAME FROM scored_affiliation) s ON s.ref = t.ref AND s.qid = t.qid
UNION ALL
SELECT 'unlikely by what is known of both', t.ref, t.qid,
    'weight ' || round(s.weight, 1) || '; given by ' || t.source
FROM told t JOIN scored s USING (ref, qid)
WHERE s.weight < getvariable('doubt')
UNION ALL
-- the party that the items of members who sat for one of ours name most, where ours has another item
SELECT 'another item as the party of its members', party, given_qid,
    members || ' items of its members name ' || theirs || coalesce(' (' || label || ')', '')
FROM (
    SELECT g.ref AS party, g.qid AS given_qid, p.party AS theirs, any_value(i.label) AS label, count(DISTINCT p.qid) AS members,
        count(DISTINCT p.qid) >= 3 AS enough
    FROM given m
    JOIN item_party p ON p.qid = m.qid
    JOIN (SELECT DISTINCT ref, affiliation FROM thing_seat WHERE until IS NULL OR until > '2017-01-01'::DATE) s ON s.ref = m.ref
    JOIN given g ON g.ref = s.affiliation AND g.ref LIKE 'party/%'
    LEFT JOIN item i ON i.qid = p.party
    WHERE m.class = 'person' AND p.party NOT IN (SELECT qid FROM given)
    GROUP BY ALL
)
WHERE enough
ORDER BY ALL;
