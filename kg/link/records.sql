-- What the model compares: a record for each form of each person's name, with all that is known of the person. There
-- before: what seats.sql made, nickname(name, root) and domain(source, per).

-- The parties to which many went over from those of each person, or from which many came.
CREATE OR REPLACE TEMP TABLE person_crossed AS
WITH crossing AS (
    SELECT fromAffiliation AS one, toAffiliation AS other FROM change
    WHERE fromAffiliation LIKE 'party/%' AND toAffiliation LIKE 'party/%'
    GROUP BY ALL HAVING count(DISTINCT defector) >= 20
)
SELECT s.person AS ref, list(DISTINCT c.other ORDER BY c.other) AS crossed
FROM seat s
JOIN (FROM crossing UNION SELECT other, one FROM crossing) c ON c.one = s.affiliation
GROUP BY s.person;

-- The grounds on which two persons are two people: one source has both, or, where it has no identifiers of its own, it
-- has both on one body in one year.
CREATE OR REPLACE TEMP TABLE person_domain AS
SELECT ref, list(DISTINCT domain ORDER BY domain) AS domains
FROM (
    SELECT p.subject AS ref, p.source || coalesce(' on ' || s.body, '') || coalesce(' in ' || s.year, '') AS domain
    FROM (SELECT DISTINCT source, subject FROM person) p
    LEFT JOIN domain d USING (source)
    LEFT JOIN (SELECT source, person, body, unnest(years) AS year FROM seat) s
        ON s.person = p.subject AND s.source = p.source AND d.per = 'body'
)
GROUP BY ref;

-- The forms of each name, taken apart.
CREATE OR REPLACE TEMP TABLE name_form AS
WITH told AS (
    SELECT subject AS ref, person_words(givenName) AS given, person_words(familyName) AS family
    FROM person WHERE givenName IS NOT NULL AND familyName IS NOT NULL
    UNION
    SELECT ref, words[: len(words) - family_length(words)], words[len(words) - family_length(words) + 1 :]
    FROM (
        SELECT subject AS ref, person_words(label) AS words FROM person WHERE NOT is_title(label) AND givenName IS NULL
        UNION SELECT subject, person_words(name) FROM (SELECT subject, unnest(altLabel) AS name FROM person)
            WHERE NOT is_title(name)
        UNION SELECT nameOf, person_words(label) FROM name WHERE NOT is_title(label)
    )
    WHERE len(words) > 1
)
SELECT ref, given, surname, parts, row_number() OVER (PARTITION BY ref ORDER BY given, surname, parts) AS place
FROM (
    SELECT DISTINCT ref,
        flatten(list_transform(given, lambda word: apart(word))) AS given,
        replace(array_to_string(family, ''), '-', '') AS surname,
        sorted_set(flatten(list_transform(family, lambda word: string_split(word, '-')))) AS parts
    FROM told WHERE len(given) > 0 AND len(family) > 0
);

-- The names that each given name may be short for, itself where it is none.
CREATE OR REPLACE TEMP TABLE name_root AS
SELECT ref, place, sorted_set(list(root)) AS roots, sorted_set(list(root) FILTER (i = 1)) AS first_roots
FROM (
    SELECT f.ref, f.place, f.i, coalesce(n.root, f.word) AS root
    FROM (SELECT ref, place, unnest(given) AS word, generate_subscripts(given, 1) AS i FROM name_form) f
    LEFT JOIN nickname n ON n.name = f.word
)
GROUP BY ref, place;

-- Those who sat late enough to be somebody in the other sources.
CREATE OR REPLACE TEMP TABLE recent AS
SELECT DISTINCT p.subject AS ref FROM person p LEFT JOIN career c ON c.ref = p.subject
WHERE c.until IS NULL OR c.until >= getvariable('earliest');

-- How common each name is among other people: its parts by themselves, and those who are seen to bear it beyond the one
-- whose records these are, who may stand in several sources and on a county and its district. Given names and family
-- names of one community meet more often than by chance: as often as the 4e-7 makes it, by the pairs of councillors at
-- two ends of the country at once, who are surely two.
CREATE OR REPLACE TEMP TABLE name_frequency AS
WITH person_name AS (
    SELECT DISTINCT ref, first_roots[1] AS root, surname, first_roots[1] || ' ' || surname AS called
    FROM name_form JOIN name_root USING (ref, place) JOIN recent USING (ref)
),
total AS (SELECT count(DISTINCT ref) AS people FROM person_name),
root AS (SELECT root, count(DISTINCT ref) / any_value(people) AS share FROM person_name, total GROUP BY root),
family AS (SELECT surname, count(DISTINCT ref) / any_value(people) AS share FROM person_name, total GROUP BY surname),
bearer AS (
    SELECT called, max(bearers) AS bearers
    FROM (
        SELECT called, source, count(DISTINCT coalesce(c.regions[1], r.ref)) AS bearers
        FROM person_name r JOIN person p ON p.subject = r.ref LEFT JOIN career c ON c.ref = r.ref
        GROUP BY called, source
    )
    GROUP BY called
)
SELECT DISTINCT n.called, greatest(root.share * family.share + 4e-7, (bearers - 1) / people) AS tf_called
FROM person_name n
JOIN root USING (root) JOIN family USING (surname) JOIN bearer USING (called), total;

CREATE OR REPLACE TEMP TABLE person_record AS
SELECT
    f.ref || '#' || f.place AS unique_id, f.ref, given[1] AS first, left(given[1], 1) AS initial, given[2:] AS middles,
    list_distinct(list_transform(given[2:], lambda word: left(word, 1))) AS middle_initials,
    list_filter(given[2:], lambda word: length(word) > 1) AS full_middles,
    roots, first_roots, surname, list_distinct(list_append(parts, surname)) AS parts,
    called, tf_called < 1e-6 AS rare,
    d.domains, coalesce(places, []) AS places, coalesce(wards, []) AS wards, coalesce(ward_words, []) AS ward_words,
    coalesce(districts, []) AS districts, coalesce(homes, []) AS homes, wards_since, wards_until,
    coalesce(councils, []) AS councils, coalesce(parliaments, []) AS parliaments, coalesce(counties, []) AS counties,
    coalesce(successors, []) AS successors, coalesce(regions, []) AS regions, coalesce(parties, []) AS parties, party,
    coalesce(unaffiliated, false) AS unaffiliated, coalesce(localist, false) AS localist,
    coalesce(crossed, []) AS crossed, coalesce(council_years, []) AS council_years,
    coalesce(parliament_years, []) AS parliament_years, coalesce(fulltime, false) AS fulltime,
    list_distinct(list_concat(coalesce(councils, []), coalesce(counties, []), coalesce(successors, []))) AS area
FROM name_form f
JOIN name_root USING (ref, place)
JOIN name_frequency n ON n.called = first_roots[1] || ' ' || surname
JOIN person_domain d USING (ref)
LEFT JOIN career c USING (ref)
LEFT JOIN person_places USING (ref)
LEFT JOIN person_crossed USING (ref)
JOIN recent USING (ref);

