-- Who held how many seats of each council in each year.

CREATE OR REPLACE TEMP TABLE council_year AS SELECT year::INTEGER AS year, election, earliest, latest FROM beside('years');

-- Two councils can bear one name, the county and the unitary authority that replaced it: councils.csv tells them apart.
CREATE OR REPLACE TEMP TABLE council AS
SELECT s.council, arg_max(s.name, s.year) AS label, list(DISTINCT s.name ORDER BY s.name) AS names,
    'council/ocd-' || coalesce(any_value(c.slug), slug(min(s.name))) AS subject, any_value(c.la) AS la,
    CASE left(any_value(k.model), 1) WHEN 'S' THEN 'Scotland' WHEN 'W' THEN 'Wales' ELSE 'England' END AS nation
FROM staged.composition s
LEFT JOIN beside('councils') c ON c.ocd = s.council
LEFT JOIN staged.council k ON k.id = s.council
GROUP BY s.council;

INSERT INTO body BY NAME
SELECT this_source() AS source, subject, label, nullif(list_filter(names, lambda name: name <> label), []) AS altLabel,
    list_filter(['ocd:' || council, 'la:' || la], lambda code: code IS NOT NULL) AS identifier
FROM council;

CREATE OR REPLACE TEMP TABLE party AS
SELECT p."column" AS col, p.nation, p.ec, p.label,
    coalesce((SELECT min(e.ref) FROM entity e WHERE e.ec = p.ec), 'party/' || slug(p.label) || '-' || lower(p.ec)) AS ref
FROM beside('parties') p
UNION ALL
SELECT 'other', NULL, 'other', 'Independent or other', 'status/independent-or-other';

INSERT INTO affiliation BY NAME
SELECT this_source() AS source, ref AS subject, label, if(ec = 'other', NULL, ec) AS electoralCommissionId,
    if(ec = 'other', NULL, ['ec:' || ec]) AS identifier,
    if(ec = 'other', ['Independents and members of parties that the source does not tell apart.'], NULL) AS note
FROM party;

-- One row for each council, year and column of the file, empty or not.
CREATE OR REPLACE TEMP TABLE held_seats AS
SELECT s.id, s.council, s.year::INTEGER AS year, s.total::INTEGER AS total, s.col, s.seats::INTEGER AS seats,
    (SELECT arg_max(p.ref, p.nation IS NOT NULL) FROM party p
     WHERE p.col = s.col AND coalesce(p.nation, c.nation) = c.nation) AS affiliation
FROM (UNPIVOT (SELECT id, council, year, total, con, lab, ld, green, ukip, "ref", pc, snp, other FROM staged.composition)
      ON con, lab, ld, green, ukip, "ref", pc, snp, other INTO NAME col VALUE seats) s
JOIN council c USING (council);

INSERT INTO seats BY NAME
SELECT this_source() AS source, 'seats/' || split_part(c.subject, '/', 2) || '-' || h.year || '-' || h.col AS subject,
    c.subject AS body, h.affiliation, h.seats, s.earliest || '/' || s.latest AS date,
    ['ocd-history:' || h.id || '/' || h.col] AS identifier
FROM held_seats h JOIN council c USING (council) JOIN council_year s USING (year)
WHERE h.seats > 0;
