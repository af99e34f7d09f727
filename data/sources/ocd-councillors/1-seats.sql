-- The rosters → one row for each seat that somebody holds, with the body, the affiliation and the term that it means.

-- The label of a roster means one body up to a year and its successor from then on; councils.csv says where that is so,
-- and where the table of May 2019 has another label, none, or the code of something else.
CREATE OR REPLACE TEMP TABLE council AS
WITH told AS (SELECT * FROM read_csv(getvariable('folder') || '/councils.csv', header = true, all_varchar = true)),
known AS (
    SELECT label, since::INTEGER AS since, ocd, gss, slug FROM told
    UNION ALL
    SELECT name, 0, id, if(left(gss, 1) IN ('E', 'W'), gss, NULL), NULL
    FROM staged.councils_may_2019 WHERE id NOT IN (SELECT ocd FROM told)
)
SELECT *, 'council/ocd-' || coalesce(slug, slug(label)) AS ref,
    lead(since, 1, 9999) OVER (PARTITION BY label ORDER BY since) AS until
FROM known;

-- One Electoral Commission reference is one party, whatever names it bears; parties.csv mends references that are
-- mistyped, gives names their right form and says from when on a label can have been in use.
CREATE OR REPLACE TEMP MACRO spaced(text) AS trim(regexp_replace(text, '\s+', ' ', 'g'));  -- a tab stands in one name
CREATE OR REPLACE TEMP TABLE party AS
WITH told AS (SELECT * FROM read_csv(getvariable('folder') || '/parties.csv', header = true, all_varchar = true)),
label AS (SELECT party AS name, trim(ec) AS ec, max(year)::INTEGER AS latest FROM staged.councillors GROUP BY ALL),
said AS (
    SELECT l.name, coalesce(t.label, spaced(l.name)) AS label, coalesce(t.ec, l.ec) AS ec, t.since, l.latest
    FROM label l LEFT JOIN told t ON t.name = spaced(l.name)
)
SELECT name, label, ec, max(since) OVER (PARTITION BY ec) AS since, latest,
    CASE
        WHEN name = 'Vacant' THEN NULL
        WHEN ec IS NULL AND name = 'Independent / Other' THEN 'status/independent-or-other'
        WHEN ec IS NULL THEN error(format('councillors: Party Name: {} has no Electoral Commission reference', name))
        ELSE coalesce(
            (SELECT min(ref) FROM entity WHERE entity.ec = said.ec),
            'party/' || slug(first_value(label) OVER (PARTITION BY ec ORDER BY latest DESC, label)) || '-' || lower(ec))
    END AS ref
FROM said;

CREATE OR REPLACE TEMP MACRO ward_key(ward) AS regexp_replace(
    regexp_replace(replace(lower(strip_accents(ward)), '&', ' and '), '\b(ward|division|ed)\b|\(.*\)|''|’', '', 'g'),
    '[^a-z0-9]+', '', 'g');

-- Rows of nobody ("Vacancy", empty, "Postponed") are left out; a row that repeats a councillor in the same ward is the
-- same seat or a slip, and the one with the longer term stands.
CREATE OR REPLACE TEMP TABLE seat AS
WITH said AS (
    SELECT r.year::INTEGER AS year, r.council, c.ref AS body, trim(r.ward) AS ward, ward_key(r.ward) AS ward_key,
        trim(r.name) AS name, try_cast(r.term AS DATE) AS term, p.label, p.ref AS affiliation, p.since AS label_since,
        split_part(r."window", '/', 1)::DATE AS earliest, split_part(r."window", '/', 2)::DATE AS latest, r._row AS row
    FROM staged.councillors r
    JOIN party p ON p.name = r.party
    LEFT JOIN council c ON c.label = r.council AND r.year::INTEGER >= c.since AND r.year::INTEGER < c.until
    WHERE p.ref IS NOT NULL AND r.name IS NOT NULL AND NOT regexp_matches(r.name, '(?i)\bvacan(t|cy)\b|^postponed$')
)
SELECT row_number() OVER (ORDER BY year, council, row) AS seat, *,
    coalesce(body, error(format('councillors_{}: Council: {} is neither in councils_2019-05 nor in councils.csv', year, council)))
        IS NULL AS placed
FROM said
QUALIFY row_number() OVER (PARTITION BY year, council, ward_key, lower(name) ORDER BY term DESC NULLS LAST, row) = 1;
