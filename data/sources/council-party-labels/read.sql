-- What councils called the registered parties on them in 2018. A label without a number is of a group that is on no
-- register, often just "Independent Group", and is not read. mended.csv has the rows whose number or code is another's.

CREATE OR REPLACE TEMP TABLE labelled AS
SELECT s.label, s.district, if(m.label IS NULL, s.gss, m.gss) AS gss, if(m.label IS NULL, s.number, m.number) AS number, s.name,
    strftime(strptime(s.approved, '%d/%m/%y'), '%Y-%m-%d') AS approved
FROM staged.label s
LEFT JOIN beside('mended') m ON m.label = s.label AND m.district = s.district;

INSERT INTO affiliation BY NAME
SELECT this_source() AS source,
    coalesce((SELECT min(e.ref) FROM entity e WHERE e.ec = number), 'party/' || slug(name) || '-' || lower(number)) AS subject,
    name AS label, nullif(list(DISTINCT label ORDER BY label) FILTER (lower(label) <> lower(name)), []) AS altLabel,
    number AS electoralCommissionId, ['ec:' || number] AS identifier, min(approved) AS registered,
    list_sort(list(DISTINCT 'council/labels-' || slug(district)) FILTER (gss IS NOT NULL)) AS seatsOn
FROM labelled WHERE number IS NOT NULL GROUP BY number, name;

INSERT INTO body BY NAME
SELECT DISTINCT this_source() AS source, 'council/labels-' || slug(district) AS subject, district AS label,
    ['gss:' || gss] AS identifier
FROM labelled WHERE number IS NOT NULL AND gss IS NOT NULL;
