-- Whether each council held an ordinary election between two neighbouring states, from when the seats of the first were
-- next up. The rosters of 2016 and 2017 were written later than their years, and show many seats with the term that
-- began at the next election: a term of four years that ends five years on tells of that election too. In 2017 the
-- councils of Scotland and Wales began terms of five years, so of them that says nothing.

CREATE OR REPLACE TEMP TABLE due AS
SELECT c.council, t.year::INTEGER + 1 AS year, max(t.day) FILTER (year(t.day) = t.year::INTEGER + 1) AS day,
    count(*) FILTER (year(t.day) = t.year::INTEGER + 1) AS seats,
    count(*) FILTER (year(t.day) = t.year::INTEGER + 5
        AND (t.year = '2016' OR t.year = '2017' AND c.nation = 'England')) AS seats_of_the_next_term
FROM (SELECT t.council, t.year, try_cast(coalesce(m.meant, t.term) AS DATE) AS day
      FROM staged.term t LEFT JOIN beside('misprints') m ON m.council = t.council AND m.written = t.term) t
JOIN council c ON list_contains(c.names, t.council)
SEMI JOIN staged.composition s ON s.council = c.council AND s.year = t.year
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE election AS
SELECT council, year, strftime(coalesce(due.day, council_year.election::DATE), '%Y-%m-%d') AS day,
    'contest/' || split_part(c.subject, '/', 2) || '-election-' || year AS contest
FROM due JOIN council c USING (council)
JOIN council_year USING (year)
WHERE council_year.election IS NOT NULL AND seats + seats_of_the_next_term > 0;

INSERT INTO contest BY NAME
SELECT this_source() AS source, contest AS subject, c.label || ' council election ' || year AS label,
    c.subject AS body, day AS date, ['ocd-election:' || council || '/' || year] AS identifier
FROM election JOIN council c USING (council);
