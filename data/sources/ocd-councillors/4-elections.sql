-- Whether a seat was up for election between one file and the next: by its term and by how many of its kind kept theirs.

CREATE OR REPLACE TEMP TABLE step AS  -- a councillor in one file and the next
SELECT p.person, l.earlier, l.later, l.how, l.score
FROM link l JOIN seat a ON a.seat = l.earlier JOIN seat b ON b.seat = l.later JOIN file f ON f.council = a.council AND f.year = a.year AND f.next = b.year
JOIN person_seat p ON p.seat = l.earlier;

-- The seats of one council whose term ends on one day are elected together. They were, if that day lies before the next
-- file; but many terms are wrong: they are those of the next term but one, or a later reform has cut them short. Seats
-- whose holders change by the dozen were elected in between, whatever their terms say.
CREATE OR REPLACE TEMP TABLE election AS
WITH cohort AS (
    SELECT a.council, a.body, a.year, f.next, a.term, count(*) AS seats, count(s.earlier) AS kept,
        (SELECT min(b.earliest) FROM seat b WHERE b.council = a.council AND b.year = f.next) AS next_begins,
        (SELECT min(b.body) FROM seat b WHERE b.council = a.council AND b.year = f.next) AS next_body
    FROM seat a JOIN file f USING (council, year) LEFT JOIN step s ON s.earlier = a.seat
    WHERE f.next IS NOT NULL GROUP BY ALL
)
SELECT council, year, term, seats, kept, CASE
    WHEN next_body <> body THEN 'new-council'
    WHEN term = DATE '2020-05-07' THEN NULL  -- no election was held on that day: all were put off for a year
    WHEN term < next_begins THEN 'term-ended'
    WHEN seats - kept >= 3 AND kept < 0.75 * seats THEN 'most-changed'
    WHEN year < 2019 AND term BETWEEN next_begins + INTERVAL '4 years -20 days' AND next_begins + INTERVAL '4 years 20 days'
        AND kept < 0.95 * seats AND body NOT IN (SELECT ref FROM council WHERE regexp_matches(gss, '^[SWN]')) THEN 'term-of-the-next'
    END AS how
FROM cohort;

-- Seats with no more than a part of a term left, all of whose holders were there before, were not up: where a council is
-- elected by halves or thirds, some terms of the earlier file are those of its other seats.
CREATE OR REPLACE TEMP TABLE not_up AS
SELECT b.seat FROM seat b JOIN (
    SELECT b.council, b.year, b.term
    FROM seat b JOIN file f ON f.council = b.council AND f.next = b.year LEFT JOIN step s ON s.later = b.seat
    GROUP BY b.council, b.year, b.term, b.earliest
    HAVING count(*) >= 5 AND count(s.earlier) = count(*) AND b.term < b.earliest + INTERVAL '42 months'
) cohort ON cohort.council = b.council AND cohort.year = b.year AND cohort.term = b.term;
