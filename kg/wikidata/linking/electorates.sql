-- The pairs of electorates that are called alike. On which body an item's district elects, and when, is told by the
-- seats of other items that name it.
CREATE OR REPLACE TEMP TABLE district_item AS
SELECT DISTINCT qid, name_key(name) AS name FROM item_name JOIN item USING (qid) WHERE kind = 'electoral_district';

CREATE OR REPLACE TEMP TABLE district_seat AS
SELECT name_key(district) AS name, body, min(since) AS since, max(coalesce(until, since)) AS until
FROM item_seat WHERE body IS NOT NULL AND district IS NOT NULL GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE pair_electorate AS
SELECT l.ref, r.qid,
    bool_or(s.body IS NOT NULL) AS same_body,
    bool_or(s.since IS NULL OR coalesce(earliest(l.since), '1000-01-01')::DATE <= s.until AND coalesce(latest(l.until), '9999-12-31')::DATE >= s.since)
        AS in_force,
    any_value(i.namesakes) AS namesakes, any_value(l.drawings) AS drawings
FROM (
    SELECT ref, body, since, until, name_key(label) AS name,
        count(*) OVER (PARTITION BY body, name_key(label)) AS drawings
    FROM thing WHERE class = 'electorate'
) l
JOIN district_item r USING (name)
JOIN (SELECT name, count(DISTINCT qid) AS namesakes FROM district_item GROUP BY name) i USING (name)
LEFT JOIN district_seat s ON s.name = l.name AND s.body = l.body
GROUP BY l.ref, r.qid;
