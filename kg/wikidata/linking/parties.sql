-- The pairs of parties and groups that are called alike. A name of up to five letters is an abbreviation, which many
-- share; one without the words that every party may have says less than the whole.
CREATE OR REPLACE MACRO party_key(t) AS trim(regexp_replace(
    regexp_replace(' ' || name_key(regexp_replace(t, '\([^)]*\)', '', 'g')) || ' ', ' (the|party|uk) ', ' ', 'g'), '\s+', ' ', 'g'));

CREATE OR REPLACE TEMP TABLE party_name AS
SELECT DISTINCT id, side, name_key(name) AS name, party_key(name) AS bare, name = label AS labelled
FROM (
    SELECT ref AS id, 'build' AS side, name, label FROM thing_name JOIN thing USING (ref, class)
    WHERE class = 'affiliation' AND ref NOT LIKE 'status/%'
    UNION
    SELECT qid, 'item', name, label FROM item_name JOIN item USING (qid) WHERE kind = 'party'
)
WHERE length(name_key(name)) > 1;

CREATE OR REPLACE TEMP TABLE party_alike AS
SELECT l.id AS ref, r.id AS qid,
    max(CASE WHEN l.name = r.name AND l.labelled AND r.labelled THEN 6
             WHEN l.name = r.name AND l.labelled AND length(l.name) > 5 THEN 5
             WHEN l.name = r.name AND r.labelled AND length(l.name) > 5 THEN 4
             WHEN l.name = r.name AND length(l.name) > 5 THEN 3
             WHEN l.name = r.name THEN 1
             ELSE 2 END) AS closeness
FROM party_name l
JOIN party_name r ON r.bare = l.bare AND r.side = 'item'
WHERE l.side = 'build' AND (l.name = r.name OR length(l.bare) > 5)
GROUP BY ALL;

-- How many items of parties sat for a party, by the seats on bodies of the build that other items tell of.
CREATE OR REPLACE TEMP TABLE party_seated AS
SELECT p.party AS qid, count(DISTINCT p.qid) AS members
FROM item_party p SEMI JOIN (FROM item_seat WHERE body IS NOT NULL) s ON s.qid = p.qid
GROUP BY p.party;

CREATE OR REPLACE TEMP TABLE pair_affiliation AS
SELECT a.ref, a.qid, a.closeness, u.name IS NOT NULL AS singular, i.country, s.members,
    abs(left(earliest(i.born), 4)::INT - left(t.since, 4)::INT) AS founded_apart,
    left(latest(i.died), 4)::INT < left(coalesce(r.registered, t.since), 4)::INT AS gone_before,
    left(latest(i.died), 4)::INT < 1999 AND r.registered IS NOT NULL AS gone_before_register,
    list_has_any(t.codes, coalesce(k.codes, [])) AS same_code,
    coalesce(k.codes, []) <> [] AND t.codes <> [] AS codes_on_both
FROM party_alike a
JOIN item i USING (qid)
JOIN thing t ON t.ref = a.ref
LEFT JOIN (SELECT id AS ref, registeredEarliest AS registered FROM published_affiliation) r ON r.ref = a.ref
LEFT JOIN party_seated s USING (qid)
LEFT JOIN (
    SELECT name FROM party_name WHERE contains(name, ' ')
    GROUP BY name HAVING count(DISTINCT id) FILTER (side = 'build') = 1 AND count(DISTINCT id) FILTER (side = 'item') = 1
) u ON u.name = name_key(i.label)
LEFT JOIN (SELECT qid, list(code) AS codes FROM item_code GROUP BY qid) k ON k.qid = a.qid;
