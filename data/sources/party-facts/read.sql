-- The parties of the United Kingdom, with their items in Wikidata and the years of their beginning and end. numbers.csv
-- says which number of the Electoral Commission each has; those of before the register of 1998 have none.

CREATE OR REPLACE TEMP TABLE number AS
SELECT n.partyfacts AS id, n.ec,
    coalesce((SELECT min(e.ref) FROM entity e WHERE e.ec = n.ec), 'party/' || slug(n.name) || '-' || lower(n.ec)) AS ref
FROM beside('numbers') n;

-- An item that the file gives to two of its parties, as to one party in two countries, is the exact match of neither.
INSERT INTO affiliation BY NAME
SELECT this_source() AS source, coalesce(n.ref, 'party/' || slug(p.name) || '-partyfacts-' || p.id) AS subject,
    p.name AS label, if(p.native <> p.name, [p.native], NULL) AS altLabel, n.ec AS electoralCommissionId,
    list_filter(['partyfacts:' || p.id, 'ec:' || n.ec], lambda code: code IS NOT NULL) AS identifier,
    if(count(*) OVER (PARTITION BY p.qid) = 1, ['http://www.wikidata.org/entity/' || p.qid], NULL) AS exactMatch,
    p.founded, p.dissolved
FROM staged.party p LEFT JOIN number n USING (id)
QUALIFY p.country = 'GBR';
