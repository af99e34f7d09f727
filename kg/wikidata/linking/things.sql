-- What of a published build can have an item in Wikidata, from its tables in CSV: things, names, seats, and the items that
-- its sources give. There before: a view for each table, published_person and so on, and told(ref, qid, source).
CREATE OR REPLACE MACRO parts_of(t) AS list_filter(string_split(coalesce(t, ''), '|'), lambda part: part <> '');

CREATE OR REPLACE TABLE thing AS
SELECT id AS ref, 'person' AS class, label, parts_of(altLabel) AS others, parts_of(identifier) AS codes, exactMatch,
    NULL AS kind, NULL AS body, NULL AS since, NULL AS until
FROM published_person
UNION ALL
SELECT id, 'affiliation', label, list_concat(parts_of(altLabel), parts_of(formerName)), parts_of(identifier), exactMatch,
    NULL, NULL, foundedEarliest, dissolvedLatest
FROM published_affiliation
UNION ALL
SELECT id, 'body', label, parts_of(altLabel), parts_of(identifier), exactMatch, councilType, NULL, startEarliest, endLatest
FROM published_body
UNION ALL
SELECT id, 'electorate', place_name(label), parts_of(altLabel), parts_of(identifier), exactMatch, NULL, body,
    startEarliest, endLatest
FROM published_electorate;

CREATE OR REPLACE TABLE thing_name AS
SELECT DISTINCT ref, class, name
FROM (
    SELECT ref, class, label AS name FROM thing
    UNION ALL SELECT ref, class, unnest(others) FROM thing
    UNION ALL SELECT nameOf, 'person', label FROM published_name
    UNION ALL SELECT id, 'person', givenName || ' ' || familyName FROM published_person
)
WHERE name <> '';

CREATE OR REPLACE TABLE thing_seat AS
SELECT m.member AS ref, m.organization AS body, m.affiliation, nullif(place_name(m.electorateLabel), '') AS district,
    m.electorate, coalesce(m.startEarliest, m.startLatest)::DATE AS since, coalesce(m.endLatest, m.endEarliest)::DATE AS until,
    m.startEarliest = m.startLatest AS to_the_day, m.start IS NULL AS observed,
    list_min(parts_of(m.observedIn)) AS first_seen, list_max(parts_of(m.observedIn)) AS last_seen
FROM published_membership m
WHERE m.organization LIKE 'body/%' OR m.organization LIKE 'council/%';

-- The items that the view holds and a source gives, or people decided: those that were only found by linking are found anew.
CREATE OR REPLACE TABLE given AS
SELECT v.ref, v.class, v.qid
FROM (SELECT ref, class, replace(unnest(parts_of(exactMatch)), '{items}', '') AS qid FROM thing WHERE exactMatch LIKE '{items}%') v
SEMI JOIN told USING (ref, qid);
