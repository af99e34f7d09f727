-- The pairs of councils and parliaments that are called alike. An item that is called as an area ("London Borough of
-- Bexley") is the area; one that is called "council of …" is the legislature of the authority: neither is the council.
CREATE OR REPLACE MACRO is_authority(t) AS regexp_matches(t,
    '(?i)\b(council|authority|corporation|comhairle|assembly|parliament|house|senedd)\b');
CREATE OR REPLACE MACRO type_words(t) AS list_distinct(regexp_extract_all(name_key(t), '\b(?:city|county|borough|district|combined)\b'));

CREATE OR REPLACE TEMP TABLE body_item AS
SELECT qid, label FROM item
WHERE kind IN ('council', 'organization', 'legislature') AND is_authority(label)
    AND NOT regexp_matches(label, '(?i)^(council|cabinet|mayor''s cabinet) ?(of|,) .*(council|assembly)$|cabinet');

CREATE OR REPLACE TEMP TABLE body_called AS
SELECT DISTINCT id, side, name_key(name) AS name, bare_name(name) AS bare, is_parish(name) AS parish, labelled, name AS written
FROM (
    SELECT ref AS id, 'build' AS side, name, name = label AS labelled FROM thing_name JOIN thing USING (ref, class)
    WHERE class = 'body'
    UNION
    SELECT qid, 'item', n.name, n.name = label FROM item_name n JOIN body_item USING (qid)
);

-- What each council of the build is called in full, parish or not, by its label.
CREATE OR REPLACE TEMP TABLE parish_of AS
SELECT id, bool_or(parish) AS parish FROM body_called WHERE labelled GROUP BY id;

CREATE OR REPLACE TEMP TABLE body_alike AS
SELECT l.id AS ref, r.id AS qid,
    max(CASE WHEN l.name = r.name AND is_authority(l.written) AND (l.labelled OR r.labelled) THEN 4
             WHEN l.name = r.name AND is_authority(l.written) THEN 3
             ELSE 1 END) AS closeness,
    max(CASE WHEN list_sort(type_words(l.written)) = list_sort(type_words(r.written)) THEN 2
             WHEN type_words(l.written) = [] OR type_words(r.written) = [] THEN 1
             ELSE 0 END) FILTER (l.labelled AND r.labelled) AS types
FROM body_called l
JOIN body_called r ON r.bare = l.bare AND r.side = 'item'
WHERE l.side = 'build'
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE pair_body AS
SELECT a.ref, a.qid, a.closeness, a.types,
    coalesce(l.parish, false) <> coalesce(r.parish, false) AS parish_and_district,
    list_has_any(t.codes, coalesce(k.codes, [])) AS same_code,
    coalesce(k.codes, []) <> [] AND t.codes <> [] AS codes_on_both
FROM body_alike a
JOIN thing t ON t.ref = a.ref
LEFT JOIN parish_of l ON l.id = a.ref
LEFT JOIN parish_of r ON r.id = a.qid
LEFT JOIN (SELECT qid, list(code) AS codes FROM item_code GROUP BY qid) k ON k.qid = a.qid;
