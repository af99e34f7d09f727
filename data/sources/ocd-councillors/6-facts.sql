-- Seats → persons, councils, electorates, parties and memberships.

-- A person keeps the slug of the first name and council that the rosters have; of namesakes on one council the later ones
-- get their ward, and where that is one as well the year.
CREATE OR REPLACE TEMP TABLE slug_of AS
WITH first AS (
    SELECT person, slug(arg_min(shown, year)) || '-' || slug(any_value(council)) AS slug, slug(arg_min(ward, year)) AS ward, min(year) AS year
    FROM spell GROUP BY person
),
told AS (
    SELECT *, row_number() OVER (PARTITION BY slug ORDER BY year, ward, person) AS place,
        row_number() OVER (PARTITION BY slug, ward ORDER BY year, person) AS place_in_ward FROM first
)
SELECT person, slug || if(place = 1, '', '-' || ward) || if(place_in_ward = 1 OR place = 1, '', '-' || year) AS slug FROM told;

SELECT error(format('councillors: two people would be called {}', slug)) FROM slug_of GROUP BY slug HAVING count(*) > 1;

INSERT INTO person BY NAME
SELECT this_source() AS source, 'person/' || p.slug AS subject, arg_max(s.shown, s.year) AS label,
    nullif(list_sort(list_filter(list_distinct(list(s.shown)), lambda form: form <> arg_max(s.shown, s.year))), []) AS altLabel
FROM spell s JOIN slug_of p USING (person) GROUP BY p.slug;

INSERT INTO body BY NAME
SELECT this_source() AS source, c.ref AS subject, c.label,
    list_filter(['ocd:' || c.ocd, 'gss:' || c.gss], lambda code: code IS NOT NULL) AS identifier
FROM council c WHERE c.ref IN (SELECT body FROM seat);

CREATE OR REPLACE TEMP MACRO electorate(ward, body) AS 'electorate/' || slug(ward) || '-of-' || replace(body, 'council/ocd-', '');

INSERT INTO electorate BY NAME
SELECT this_source() AS source, electorate(ward, body) AS subject, arg_max(ward, year) AS label,
    nullif(list_sort(list_filter(list_distinct(list(ward)), lambda form: form <> arg_max(ward, year))), []) AS altLabel, body
FROM seat GROUP BY electorate(ward, body), body;

INSERT INTO affiliation BY NAME
SELECT this_source() AS source, ref AS subject, if(ref IN (SELECT ref FROM entity), NULL, arg_max(label, latest)) AS label,
    nullif(list_sort(list_filter(list_distinct(list(spaced(name))), lambda form: form <> arg_max(label, latest))), []) AS altLabel,
    any_value(ec) AS electoralCommissionId, if(any_value(ec) IS NULL, NULL, ['ec:' || any_value(ec)]) AS identifier
FROM party WHERE ref IS NOT NULL GROUP BY ref;

-- A membership lasts over neighbouring files as long as council, ward and affiliation stay the same.
CREATE OR REPLACE TEMP TABLE stay AS
WITH marked AS (
    SELECT s.*, electorate(s.ward, s.body) AS electorate, p.slug,
        lag(s.seat) OVER w IS NULL OR lag(s.next_seat) OVER w IS DISTINCT FROM s.seat OR lag(s.affiliation) OVER w <> s.affiliation
            OR lag(s.body) OVER w <> s.body OR lag(electorate(s.ward, s.body)) OVER w <> electorate(s.ward, s.body) AS begins
    FROM spell s JOIN slug_of p USING (person) WINDOW w AS (PARTITION BY s.person ORDER BY s.year)
)
SELECT *, sum(begins::INTEGER) OVER (PARTITION BY person ORDER BY year) AS nth FROM marked;

CREATE OR REPLACE TEMP TABLE run AS
SELECT 'membership/' || slug || '-' || min(year) AS ref, person, slug, min(seat) AS first_seat, max(seat) AS last_seat,
    any_value(council) AS council, any_value(body) AS body, any_value(electorate) AS electorate, any_value(affiliation) AS affiliation,
    min(year) AS year, max(year) AS last_year, list(year::VARCHAR ORDER BY year) AS years
FROM stay GROUP BY person, slug, nth;

-- Between which days a membership began and ended: after the earlier and before the later of two files of which one shows
-- it; on the day of an election, which is the eve of a file's window, where the term was new or over.
CREATE OR REPLACE TEMP TABLE rim AS
WITH shown AS (SELECT council, year, min(earliest) AS earliest, min(latest) AS latest FROM seat GROUP BY council, year),
whole AS (SELECT year, count(*) AS councils FROM file GROUP BY year)
SELECT f.council, f.year, s.earliest, s.latest, lag(s.earliest) OVER w AS before_earliest, lag(s.year) OVER w AS before,
    lead(s.earliest) OVER w AS next_earliest, lead(s.latest) OVER w AS next_latest,
    f.next IS NULL AND EXISTS (FROM whole l, whole m WHERE m.year = f.year AND l.year > m.year AND l.councils > m.councils / 2) AS abolished,
    f.year > (SELECT min(year) FROM file) AS later_than_first
FROM file f JOIN shown s USING (council, year) WINDOW w AS (PARTITION BY f.council ORDER BY f.year);

CREATE OR REPLACE TEMP TABLE new_term AS  -- terms of which no seat was there before an election
SELECT a.council, a.year, a.term FROM seat a JOIN file f ON f.council = a.council AND f.next = a.year
WHERE EXISTS (FROM election e WHERE e.council = f.council AND e.year = f.year AND e.how IS NOT NULL)
GROUP BY a.council, a.year, a.term, f.year
HAVING NOT EXISTS (FROM election e WHERE e.council = a.council AND e.year = f.year AND e.how IS NULL AND e.term IS NOT DISTINCT FROM a.term);

INSERT INTO membership BY NAME
SELECT this_source() AS source, r.ref AS subject, 'person/' || r.slug AS member, r.body AS organization, 'concept/role-elected-member' AS role,
    r.affiliation, r.electorate, r.years AS observedIn,
    CASE
        WHEN prior.election_after IS NOT NULL OR (prior.seat IS NULL AND (n.year IS NOT NULL OR (b.before IS NULL AND b.later_than_first)))
            THEN strftime(b.earliest - 1, '%Y-%m-%d')
        ELSE coalesce(strftime(b.before_earliest, '%Y-%m-%d'), '..') || '/' || strftime(b.latest, '%Y-%m-%d') END AS start,
    CASE
        WHEN prior.election_after IS NOT NULL OR (prior.seat IS NULL AND (n.year IS NOT NULL OR (b.before IS NULL AND b.later_than_first)))
            THEN 'concept/mechanism-elected'
        WHEN came.verdict = 'change' THEN 'concept/mechanism-changed-affiliation' END AS startReason,
    CASE
        WHEN e.abolished THEN strftime(e.earliest, '%Y-%m-%d') || '/' || strftime(e.latest, '%Y-%m-%d')
        WHEN e.next_earliest IS NULL THEN NULL
        WHEN z.election_after IS NOT NULL THEN strftime(e.next_earliest - 1, '%Y-%m-%d')
        ELSE strftime(e.earliest, '%Y-%m-%d') || '/' || strftime(e.next_latest, '%Y-%m-%d') END AS "end",
    CASE WHEN e.abolished THEN 'concept/mechanism-dissolution'
        WHEN went.verdict = 'change' AND z.election_after IS NULL THEN 'concept/mechanism-changed-affiliation' END AS endReason
FROM run r
JOIN spell a ON a.seat = r.first_seat
JOIN spell z ON z.seat = r.last_seat
JOIN rim b ON b.council = r.council AND b.year = r.year
JOIN rim e ON e.council = r.council AND e.year = r.last_year
LEFT JOIN spell prior ON prior.next_seat = r.first_seat
LEFT JOIN new_term n ON n.council = r.council AND n.year = r.year AND n.term IS NOT DISTINCT FROM a.term
LEFT JOIN label_pair came ON came.later = r.first_seat
LEFT JOIN label_pair went ON went.earlier = r.last_seat;
