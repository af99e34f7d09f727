-- The control of each council over time. The seats say who has a majority; the label says who governs without one.

CREATE OR REPLACE TEMP TABLE state AS
WITH said AS (
    SELECT m.id, m.council, m.year::INTEGER AS year, m.total::INTEGER AS total, l.controller AS said_ec,
        coalesce(l.governs, error(format('{} row {}: majority: {} is not in control_labels.csv', m._file, m._row, m.majority)))
            AS governs,
        (SELECT any_value(h.col) FROM held_seats h WHERE h.id = m.id AND 2 * h.seats > h.total) AS holder,
        (SELECT any_value(h.affiliation) FROM held_seats h WHERE h.id = m.id AND 2 * h.seats > h.total) AS holder_ref
    FROM staged.composition m
    LEFT JOIN beside('control_labels') l ON l.label = m.majority
),
governed AS (
    SELECT said.*, p.ref AS said_ref, coalesce(p.col, 'other') AS said_col
    FROM said JOIN council c USING (council)
    LEFT JOIN party p ON p.ec = said_ec
        OR said_ec = 'PP63' AND p.col = 'green' AND p.nation = c.nation  -- the Greens of Scotland
    QUALIFY row_number() OVER (PARTITION BY said.id ORDER BY p.nation NULLS LAST) = 1
)
SELECT id, council, year, total, holder,
    CASE
        WHEN governs = 'mayor' AND said_col IS DISTINCT FROM holder THEN 'concept/control-minority-administration'
        WHEN holder <> 'other' THEN 'concept/control-majority'
        WHEN governs = 'minority' THEN 'concept/control-minority-administration'
        WHEN governs = 'coalition' THEN 'concept/control-coalition'
        WHEN holder = 'other' THEN 'concept/control-independents-and-others'
        ELSE 'concept/control-no-overall-control'
    END AS control,
    CASE
        WHEN governs = 'mayor' THEN said_ref
        WHEN holder <> 'other' THEN holder_ref
        WHEN governs = 'minority' THEN said_ref
        WHEN governs = 'coalition' THEN NULL
        WHEN holder = 'other' THEN 'status/independent-or-other'
    END AS controller
FROM governed;

CREATE OR REPLACE TEMP MACRO is_hung(control) AS control IN
    ('concept/control-no-overall-control', 'concept/control-minority-administration', 'concept/control-coalition');

-- Each two neighbouring states: what each column won and lost between them, and what the party in question did.
CREATE OR REPLACE TEMP TABLE control_pair AS
WITH pair AS (
    SELECT b.council, a.id AS id_before, b.id, a.year AS year_before, b.year, a.control AS before, b.control AS after,
        a.controller AS controller_before, b.controller, a.holder AS holder_before, b.holder,
        a.total AS total_before, b.total, coalesce(a.holder, b.holder) AS party, a.holder IS NOT NULL AS had
    FROM state a JOIN state b ON b.council = a.council AND b.year = a.year + 1
),
net AS (
    SELECT p.council, p.year, sum(a.seats) FILTER (a.col = party) AS seats_before, sum(b.seats) FILTER (a.col = party) AS seats,
        sum(greatest(b.seats - a.seats, 0)) FILTER (a.col <> party) AS won_by_others,
        sum(greatest(a.seats - b.seats, 0)) FILTER (a.col <> party) AS lost_by_others
    FROM pair p JOIN held_seats a ON a.id = p.id_before JOIN held_seats b ON b.id = p.id AND b.col = a.col
    GROUP BY ALL
),
counted AS (
    SELECT p.*, n.seats_before, n.seats, e.contest, e.day, e.contest IS NOT NULL AS had_election,
        is_hung(p.before) AS hung_before, is_hung(p.after) AS hung,
        least(abs(n.seats - n.seats_before), if(had, n.won_by_others, n.lost_by_others)) AS moved,
        n.seats + if(had, 1, -1) * least(abs(n.seats - n.seats_before), if(had, n.won_by_others, n.lost_by_others)) AS without
    FROM pair p JOIN net n USING (council, year) LEFT JOIN election e USING (council, year)
)
SELECT *, {rules} AS rule FROM counted;

SELECT error(format(
    'council {}: no rule of rules.yaml says what became of its control between {} and {}', council, year_before, year))
FROM control_pair WHERE rule IS NULL;

INSERT INTO control BY NAME
SELECT this_source() AS source, 'control/' || split_part(c.subject, '/', 2) || '-' || p.year AS subject, c.subject AS body,
    p.before, p.after, p.controller_before AS controllerBefore, p.controller,
    coalesce(p.day, a.earliest || '/' || b.latest) AS date,
    if(r.verdict = 'contest', [p.contest], NULL) AS causedBy,
    if(r.verdict = 'contest', NULL, [format('{} {}: {} of {} seats in {}, {} of {} in {}; {} passed between them and others.',
        r.because, q.label, p.seats_before, p.total_before, p.year_before, p.seats, p.total, p.year, p.moved)]) AS note,
    ['ocd-history:' || p.id_before, 'ocd-history:' || p.id] AS identifier
FROM control_pair p JOIN council c USING (council) JOIN rule r ON r.name = p.rule
JOIN council_year a ON a.year = p.year_before JOIN council_year b ON b.year = p.year
LEFT JOIN (SELECT col, any_value(label ORDER BY nation NULLS FIRST) AS label FROM party GROUP BY col) q ON q.col = p.party
WHERE r.verdict <> 'same';

-- How each council was controlled when the files first show it, which came about by then.
INSERT INTO control BY NAME
SELECT this_source() AS source, 'control/' || split_part(c.subject, '/', 2) || '-' || s.year AS subject, c.subject AS body,
    s.control AS after, s.controller, '../' || council_year.latest AS date, ['ocd-history:' || s.id] AS identifier
FROM (FROM state QUALIFY row_number() OVER (PARTITION BY council ORDER BY year) = 1) s
JOIN council c USING (council) JOIN council_year USING (year);
