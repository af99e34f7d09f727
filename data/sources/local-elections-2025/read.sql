-- Who stood at the elections of May 2025, and what came of it: contests, results, and the people who held or won a seat.
-- A candidate who did neither is no person here: the result stands for the party, without a name.

-- The file has the short names of the councils; councils.csv says which they are.
CREATE OR REPLACE TEMP TABLE council AS
SELECT s.name, coalesce(c.official_name, s.name) AS label, c.la, s.day,
    'council/le25-' || slug(s.name) AS body,
    'contest/' || coalesce(slug(c.official_name), 'le25-' || slug(s.name)) || '-election-2025' AS contest
FROM (SELECT DISTINCT council AS name, day FROM staged.candidate) s LEFT JOIN beside('councils') c USING (name);

INSERT INTO body BY NAME
SELECT this_source() AS source, body AS subject, label, if(label = name, NULL, [name]) AS altLabel,
    if(la IS NULL, NULL, ['la:' || la]) AS identifier
FROM council;

-- One number is one party, whatever it calls itself on the ballot paper: parties.csv has the numbers that are known.
CREATE OR REPLACE TEMP TABLE party AS
SELECT name, ec, coalesce(
    ref, (SELECT min(e.ref) FROM entity e WHERE e.ec = p.ec), 'party/' || slug(name) || coalesce('-' || lower(ec), '')) AS ref
FROM beside('parties') p;

INSERT INTO affiliation BY NAME
SELECT this_source() AS source, ref AS subject, any_value(likeliest) AS label,
    nullif(list(name ORDER BY name) FILTER (name <> likeliest), []) AS altLabel,
    any_value(ec) AS electoralCommissionId, if(any_value(ec) IS NULL, NULL, ['ec:' || any_value(ec)]) AS identifier
FROM (
    SELECT p.*, stood, first_value(name) OVER (PARTITION BY ref ORDER BY stood DESC, name) AS likeliest
    FROM party p JOIN (SELECT party AS name, count(*) AS stood FROM staged.candidate GROUP BY party) USING (name)
)
GROUP BY ref;

CREATE OR REPLACE TEMP MACRO tidy(t) AS trim(regexp_replace(t, '[\s\x{00A0}]+', ' ', 'g'));  -- some names have two blanks
CREATE OR REPLACE TEMP MACRO untitled(t) AS nullif(trim(regexp_replace(tidy(t) || ' ',
    '^(Doctor|Dr|Councillor|Cllr|Sir|Dame|Lord|Lady|Baroness|Professor|Prof|Reverend|Rev|Mrs|Mr|Ms|Miss)\.? ', '')), '');

CREATE OR REPLACE TEMP TABLE candidacy AS
WITH placed AS (
    SELECT s.*, c.label AS council_label, c.body, c.contest AS whole, c.contest || '-' || slug(s.ward) AS part,
        'electorate/' || slug(s.ward) || '-' || lower(s.ward_code) AS electorate,
        coalesce(p.ref, error(format('{} row {}: Party name: {} is not in parties.csv', s._file, s._row, s.party))) AS affiliation,
        s.elected = 'True' AS won, s.incumbent = '1' AS sat,
        tidy(s.name) AS full_name, untitled(s.name) AS plain
    FROM staged.candidate s JOIN council c ON c.name = s.council LEFT JOIN party p ON p.name = s.party
)
SELECT *,
    row_number() OVER (PARTITION BY part, affiliation ORDER BY votes::INTEGER DESC, rank::INTEGER, name) AS place,
    if(won OR sat, row_number() OVER (PARTITION BY council, slug(plain), won OR sat ORDER BY ward_code, name), NULL) AS namesake
FROM placed;

INSERT INTO contest BY NAME
SELECT this_source() AS source, contest AS subject, label || ' election 2025' AS label, body, day AS date,
    'contest/uk-local-elections-2025' AS isPartOf
FROM council;

INSERT INTO contest BY NAME
SELECT DISTINCT this_source() AS source, part AS subject, council_label || ' election 2025, ' || ward AS label, body, electorate,
    day AS date, whole AS isPartOf
FROM candidacy;

INSERT INTO electorate BY NAME
SELECT DISTINCT this_source() AS source, electorate AS subject, ward AS label,
    ward_code AS gss, body, ['ons-ward:' || ward_code] AS identifier
FROM candidacy;

-- A namesake in the same council is told apart by the ward.
CREATE OR REPLACE TEMP TABLE standing AS
SELECT *, if(namesake IS NULL, NULL,
    'person/' || slug(plain) || '-le25-' || slug(council) || if(namesake > 1, '-' || slug(ward), '')) AS person
FROM candidacy;

INSERT INTO person BY NAME
SELECT this_source() AS source, person AS subject, full_name AS label,
    nullif(list_filter(list_distinct([plain, untitled(first) || ' ' || tidy(last)]), lambda used: used <> full_name), [])
        AS altLabel,
    untitled(first) AS givenName, tidy(last) AS familyName, ['leh2025:' || ward_code || '/' || name] AS identifier
FROM standing WHERE person IS NOT NULL;

INSERT INTO result BY NAME
SELECT this_source() AS source,
    'result/' || split_part(part, '/', 2) || '-' || split_part(affiliation, '/', 2) || '-' || place AS subject,
    part AS contest, electorate, affiliation, person AS candidate, rank::INTEGER AS rank, votes::INTEGER AS votes,
    if(won, 1, 0) AS seatsWon,
    CASE
        WHEN won AND sat THEN 'concept/outcome-re-elected'
        WHEN won THEN 'concept/outcome-won'
        WHEN sat THEN 'concept/outcome-unseated'
    END AS outcome,
    if(person IS NULL, NULL, ['leh2025:' || ward_code || '/' || name]) AS identifier
FROM standing;

-- What each affiliation got out of the election of the whole council.
INSERT INTO result BY NAME
SELECT this_source() AS source, 'result/' || split_part(whole, '/', 2) || '-' || split_part(affiliation, '/', 2) AS subject,
    whole AS contest, affiliation, count(*) AS candidates, count(DISTINCT electorate) AS electorates, sum(votes::INTEGER) AS votes,
    count(*) FILTER (won) AS seatsWon
FROM candidacy GROUP BY whole, affiliation;
