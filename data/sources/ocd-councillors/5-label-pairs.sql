-- Every change of label of one person between two neighbouring files, and what is known around it.

CREATE OR REPLACE TEMP TABLE spell AS  -- a person's seats in order, with the number of elections that they have stood since the first
WITH held AS (
    SELECT p.person, s.*, n.shown, n.whole, n.bag, st.later AS next_seat, st.how, e.how AS election_after
    FROM person_seat p JOIN seat s USING (seat) JOIN name_form n USING (name)
    LEFT JOIN step st ON st.earlier = s.seat
    LEFT JOIN election e ON e.council = s.council AND e.year = s.year AND e.term IS NOT DISTINCT FROM s.term
        AND (st.later IS NULL OR st.later NOT IN (FROM not_up))
)
SELECT *, coalesce(sum(if(election_after IS NULL, 0, 1)) OVER (
    PARTITION BY person ORDER BY year ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS elections
FROM held;

-- The label of the file of May 2019, which shows the last days before the elections of that month in coarse codes:
-- what is no party of parliament is IND.
CREATE OR REPLACE TEMP TABLE may_2019 AS
SELECT s.seat, any_value(m.party) AS code
FROM staged.councillors_may_2019 m
JOIN staged.councils_may_2019 c ON c.id = m.council_id
JOIN council k ON k.ocd = c.id AND k.since <= 2018 AND k.until > 2018
JOIN spell s ON s.council = k.label AND s.year = 2018 AND s.ward_key = ward_key(m.ward) AND s.name = trim(m.name)
GROUP BY s.seat HAVING count(DISTINCT m.party) = 1;

-- Labels that say no more than "of none of the national parties": between them, and from them to Independent / Other and
-- back, a change may be one of the label only.
CREATE OR REPLACE TEMP TABLE affiliation_kind AS
SELECT p.ref, any_value(p.since) AS since, CASE
    WHEN p.ref = 'status/independent-or-other' THEN 'independent'
    WHEN bool_or(regexp_matches(p.label, '(?i)independents?\b|resident|ratepayer|taxpayer|association|society|\bgroup\b|community|first\b|alliance|matters|together|our county|our west|our island|uplands|kearsley|poole|vectis'))
        AND (SELECT count(DISTINCT council) FROM seat WHERE affiliation = p.ref) <= 3
        AND NOT bool_or(regexp_matches(p.label, '(?i)change uk|people before profit|scotland|yorkshire party')) THEN 'local'
    ELSE 'party' END AS kind
FROM party p WHERE p.ref IS NOT NULL GROUP BY p.ref;

-- What the coarse codes of May 2019 can mean.
CREATE OR REPLACE TEMP MACRO shown_as(code, affiliation) AS CASE code
    WHEN 'CON' THEN affiliation = 'party/conservative' WHEN 'LAB' THEN affiliation = 'party/labour'
    WHEN 'LD' THEN affiliation = 'party/liberal-democrats' WHEN 'UKI' THEN affiliation = 'party/ukip'
    WHEN 'GRN' THEN contains(affiliation, 'green') WHEN 'PC' THEN affiliation = 'party/plaid-cymru'
    WHEN 'SNP' THEN contains(affiliation, 'scottish-national-party')
    WHEN 'IND' THEN (SELECT kind <> 'party' FROM affiliation_kind WHERE ref = affiliation) END;

CREATE OR REPLACE TEMP TABLE pair AS
WITH met AS (
    SELECT a.person, a.seat AS earlier, b.seat AS later, a.council, a.body, a.year, b.year AS next_year, a.ward, b.ward AS next_ward,
        a.name, b.name AS next_name, a.how, wards_alike(a.ward_key, b.ward_key) AS same_ward, a.whole = b.whole AS same_name,
        a.term, b.term AS next_term, a.election_after IS NOT NULL AS election, a.earliest, a.latest, b.earliest AS next_earliest, b.latest AS next_latest,
        a.label AS from_label, b.label AS to_label, a.affiliation AS from_ref, b.affiliation AS to_ref, m.code AS may_2019
    FROM spell a JOIN spell b ON b.seat = a.next_seat LEFT JOIN may_2019 m ON m.seat = a.seat
    WHERE a.affiliation <> b.affiliation
),
history AS (  -- what else is known of the person
    SELECT m.earlier,
        arg_max(c.affiliation, c.year) FILTER (c.year < m.year) AS before,
        arg_min(c.affiliation, c.year) FILTER (c.year > m.next_year) AS after,
        arg_max(c.affiliation, c.year) FILTER (c.elections < k.elections) AS last_term,
        bool_and(c.affiliation = m.from_ref) FILTER (c.year <= m.year AND c.elections = k.elections) AS all_term,
        count(*) FILTER (c.year <= m.year AND c.elections = k.elections) AS files,
        min(c.earliest) FILTER (c.year <= m.year AND c.elections = k.elections) AS term_began
    FROM met m JOIN spell k ON k.seat = m.earlier JOIN spell c ON c.person = m.person
    GROUP BY m.earlier
),
flow AS (  -- who of the council went the same way
    SELECT council, year, from_ref, to_ref, count(*) AS moved FROM met WHERE NOT election GROUP BY ALL
),
holders AS (SELECT council, year, affiliation, count(*) AS seats FROM seat GROUP BY ALL),
keepers AS (
    SELECT a.council, a.year, a.affiliation, count(*) AS kept FROM spell a JOIN spell b ON b.seat = a.next_seat
    WHERE a.affiliation = b.affiliation GROUP BY ALL
)
SELECT m.*, h.before, h.after, h.last_term, h.all_term, h.files, h.term_began, f.kind AS from_kind, t.kind AS to_kind, f.since AS from_since, t.since AS to_since,
    coalesce(w.moved, 1) AS moved, coalesce(k.kept, 0) AS kept, coalesce(s.seats, 0) AS already,
    coalesce(m.may_2019 IS NOT NULL AND shown_as(m.may_2019, m.to_ref) AND NOT shown_as(m.may_2019, m.from_ref), false) AS moved_by_may_2019
FROM met m
JOIN history h USING (earlier)
JOIN affiliation_kind f ON f.ref = m.from_ref JOIN affiliation_kind t ON t.ref = m.to_ref
LEFT JOIN flow w USING (council, year, from_ref, to_ref)
LEFT JOIN keepers k ON k.council = m.council AND k.year = m.year AND k.affiliation = m.from_ref
LEFT JOIN holders s ON s.council = m.council AND s.year = m.year AND s.affiliation = m.to_ref;

CREATE OR REPLACE TABLE label_pair AS
SELECT p.*, p.rule AS judged_by, r.verdict
FROM (SELECT *, {rules} AS rule FROM pair) p LEFT JOIN rule r ON r.name = p.rule;

SELECT error(format('councillors_{}: {} | {} | {}: no rule says what became of the label', year, council, ward, name))
FROM label_pair WHERE verdict IS NULL;
