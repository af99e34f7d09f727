-- The item of Wikidata that was found for each authority by its name. Of several, London boroughs above all, it is the
-- item of the area, which is the area of a legislature too, or is not called as an authority: such an item is related to
-- the council, and is not the council. So is the item of the legislature, "council of Leeds City Council".

CREATE OR REPLACE TEMP TABLE found AS
SELECT *, 'council/' || slug(name) AS subject,
    qid IN (SELECT area FROM staged.legislature WHERE area IS NOT NULL)
        OR NOT regexp_matches(label, '(?i)\b(council|authority|corporation|comhairle)\b') AS is_area
FROM staged.council;

CREATE OR REPLACE TEMP TABLE related AS
SELECT code, list(DISTINCT qid ORDER BY qid) AS items
FROM (
    SELECT code, qid FROM found WHERE is_area
    UNION ALL
    SELECT f.code, l.qid FROM found f JOIN staged.legislature l
        ON l.area = f.qid OR l.label IN ('council of ' || f.name, 'council of ' || f.label)
)
GROUP BY code;

INSERT INTO body BY NAME
SELECT this_source() AS source, f.subject, regexp_replace(f.name, '\s+', ' ', 'g') AS label,
    list_filter(['la:' || f.code, 'gss:' || f.gss], lambda code: code IS NOT NULL) AS identifier,
    if(f.is_area, NULL, ['http://www.wikidata.org/entity/' || f.qid]) AS exactMatch,
    list_transform(r.items, lambda qid: 'http://www.wikidata.org/entity/' || qid) AS relatedMatch
FROM found f LEFT JOIN related r USING (code);
