-- The same councillor in one file and in the next: seats → links with their reasons → persons.

CREATE OR REPLACE TEMP TABLE file AS  -- every file of a council with the one that follows it
SELECT council, year, lead(year) OVER (PARTITION BY council ORDER BY year) AS next
FROM (SELECT DISTINCT council, year FROM seat);

CREATE OR REPLACE TEMP TABLE named AS
SELECT s.seat, s.council, s.year, f.next, s.ward_key, s.affiliation, s.term, n.given, n.given[1] AS first, n.surname,
    n.parts, n.whole, n.bag, count(*) OVER (PARTITION BY s.council, s.year, n.whole) AS namesakes
FROM seat s JOIN name_form n USING (name) JOIN file f USING (council, year);

-- First the plain case: one bearer of the whole name in both files; of several, those in the same ward.
CREATE OR REPLACE TEMP TABLE link AS
SELECT a.seat AS earlier, b.seat AS later, 'same-name' AS how, 1.0 AS score
FROM named a JOIN named b ON b.council = a.council AND b.year = a.next AND b.whole = a.whole
WHERE (a.namesakes = 1 AND b.namesakes = 1 AND len(a.given) > 0) OR a.ward_key = b.ward_key;

-- Given names of women, as the rosters themselves have them beside a title.
CREATE OR REPLACE TEMP TABLE woman AS
SELECT n.given[1] AS first
FROM name_form n WHERE regexp_matches(n.name, '(?i)\b(mrs|miss|ms|mr|sir|lady|dame|baroness)\b') AND length(n.given[1]) > 2
GROUP BY 1 HAVING NOT bool_or(regexp_matches(n.name, '(?i)\b(mr|sir)\b'));

CREATE OR REPLACE TEMP MACRO initials_differ(one, other) AS len(one) > 1 AND len(other) > 1 AND one[2][1] <> other[2][1];
CREATE OR REPLACE TEMP MACRO slip(one, other, lengths) AS  -- letters that differ, of two words at least so long
    levenshtein(one, other) <= list_count(list_filter(lengths, lambda l: least(length(one), length(other)) >= l));

CREATE OR REPLACE TEMP MACRO wards_alike(one, other) AS  -- "Newlands" and "Newlands Forest Town"
    one = other OR (least(length(one), length(other)) > 5 AND (contains(one, other) OR contains(other, one)));

-- "R Milne" and "Bob Milne", "F G Murray" and "Gordon Murray": initials, of which one is that of the name or of one like it.
CREATE OR REPLACE TEMP TABLE initial_of AS SELECT one AS name, list(DISTINCT other[1]) AS letters FROM alike GROUP BY one;
CREATE OR REPLACE TEMP MACRO stands_for(initials, name) AS len(name) > 1 AND coalesce(list_max(list_transform(initials, lambda i: length(i))) = 1, false)
    AND list_has_any(initials, list_append(coalesce((SELECT letters FROM initial_of o WHERE o.name = name), []), name[1]));

-- What the two names of every other pair have in common: their surnames, then their given names.
CREATE OR REPLACE TEMP TABLE candidate AS
WITH earlier AS (FROM named WHERE next IS NOT NULL AND seat NOT IN (SELECT earlier FROM link)),
later AS (FROM named WHERE seat NOT IN (SELECT later FROM link)),
blocked AS (
    SELECT a.seat AS earlier, b.seat AS later FROM earlier a JOIN later b ON b.council = a.council AND b.year = a.next AND b.surname = a.surname
    UNION
    SELECT a.seat, b.seat FROM earlier a JOIN later b ON b.council = a.council AND b.year = a.next AND b.ward_key = a.ward_key
    UNION
    SELECT a.seat, b.seat FROM earlier a JOIN later b ON b.council = a.council AND b.year = a.next AND b.first = a.first
)
SELECT l.earlier, l.later, wards_alike(a.ward_key, b.ward_key) AS in_ward, coalesce(a.affiliation = b.affiliation, false) AS in_party,
    coalesce(a.term = b.term, false) AS in_term, w.first IS NOT NULL AS is_woman,
    CASE
        WHEN a.bag = b.bag OR a.surname = b.surname THEN 'same'
        WHEN list_has_any(list_filter(a.parts, lambda p: length(p) > 2), b.parts)
            OR list_contains(a.given, b.surname) OR list_contains(b.given, a.surname) THEN 'part'
        WHEN slip(a.surname, b.surname, [4, 8]) THEN 'slip'
        ELSE 'other' END AS surnames,
    CASE
        WHEN a.bag = b.bag THEN 'same'
        WHEN a.first IS NULL OR b.first IS NULL THEN 'missing'
        WHEN a.first = b.first THEN if(initials_differ(a.given, b.given), 'other', 'same')
        WHEN k.one IS NOT NULL THEN 'alike'
        WHEN (length(a.first) > 2 AND list_contains(b.given, a.first)) OR (length(b.first) > 2 AND list_contains(a.given, b.first)) THEN 'middle'
        WHEN a.first[1] = b.first[1] AND least(length(a.first), length(b.first)) = 1 AND NOT initials_differ(a.given, b.given) THEN 'initial'
        WHEN stands_for(a.given, b.first) OR stands_for(b.given, a.first) THEN 'initial'
        WHEN least(length(a.first), length(b.first)) > 2 AND (starts_with(a.first, b.first) OR starts_with(b.first, a.first)) THEN 'alike'
        WHEN slip(a.first, b.first, [4, 7]) THEN 'slip'
        ELSE 'other' END AS givens
FROM blocked l JOIN named a ON a.seat = l.earlier JOIN named b ON b.seat = l.later
LEFT JOIN alike k ON k.one = a.first AND k.other = b.first
LEFT JOIN woman w ON w.first = a.first;

-- How sure it is that the two are one: persons.csv has a row for each way, best in the same ward.
CREATE OR REPLACE TEMP TABLE scored AS
SELECT c.earlier, c.later, s.how,
    CASE WHEN in_ward THEN s.same_ward WHEN in_party THEN s.same_party ELSE s.neither END::DOUBLE
        + if(in_party, 0.002, 0) + if(in_term, 0.001, 0) AS score
FROM candidate c
JOIN read_csv(getvariable('folder') || '/persons.csv', header = true) s USING (surnames, givens)
WHERE s.how <> 'new-surname' OR (in_ward AND in_party AND in_term AND is_woman);

-- Each with the best of the other file, if that one has no better; twice, for those whose best went to another.
CREATE OR REPLACE TEMP MACRO best() AS TABLE
    SELECT earlier, later, how, score
    FROM scored s
    WHERE score >= 0.65 AND s.earlier NOT IN (SELECT earlier FROM link) AND s.later NOT IN (SELECT later FROM link)
    QUALIFY row_number() OVER (PARTITION BY s.earlier ORDER BY score DESC, s.later) = 1
        AND row_number() OVER (PARTITION BY s.later ORDER BY score DESC, s.earlier) = 1;
INSERT INTO link FROM best();
INSERT INTO link FROM best();

-- Who is away for a file or more and comes back: the same whole name, in the same ward or for the same party.
INSERT INTO link
SELECT a.seat, b.seat, 'returned', 0.9
FROM named a JOIN named b ON b.council = a.council AND b.whole = a.whole AND b.year > a.next AND len(a.given) > 0 AND length(a.first) > 1
WHERE a.seat NOT IN (SELECT earlier FROM link) AND b.seat NOT IN (SELECT later FROM link)
    AND (a.ward_key = b.ward_key OR a.affiliation = b.affiliation)
QUALIFY row_number() OVER (PARTITION BY a.seat ORDER BY b.year, b.ward_key = a.ward_key DESC, b.seat) = 1
    AND row_number() OVER (PARTITION BY b.seat ORDER BY a.year DESC, b.ward_key = a.ward_key DESC, a.seat) = 1;

-- Every seat has at most one link on either side, so that a person is a chain, named by its first seat.
CREATE OR REPLACE TEMP TABLE person_seat AS
WITH RECURSIVE chain AS (
    SELECT seat AS person, seat FROM seat WHERE seat NOT IN (SELECT later FROM link)
    UNION ALL
    SELECT chain.person, link.later FROM chain JOIN link ON link.earlier = chain.seat
)
FROM chain;
