-- Where, for whom and when people sat or stood, and what is known of the places. There before: the fact tables,
-- authority, parliament(body, region, fulltime, beside), plain_word and broader_affiliation(narrow, wide).

-- What is told of each membership and each change of side: a document tells it piece by piece.
CREATE OR REPLACE TEMP TABLE told_membership AS
SELECT
    subject, min(source) AS source, min(member) AS member, min(organization) AS organization,
    min(electorate) AS electorate,
    list_distinct(list(affiliation)) AS affiliations, max(observedIn) AS observedIn,
    min(start) AS start, max("end") AS "end"
FROM membership WHERE told(modality) GROUP BY subject;

CREATE OR REPLACE TEMP TABLE told_change AS
SELECT
    subject, min(source) AS source, min(defector) AS defector, min(body) AS body, min(partOf) AS partOf,
    min(date) AS date, list_distinct(list_concat(list(fromAffiliation), list(toAffiliation))) AS affiliations
FROM change WHERE told(modality) GROUP BY subject;

-- Where, for whom and when: a row for each membership, candidacy and change of side.
CREATE OR REPLACE TEMP TABLE seat AS
WITH told_seat AS (
    SELECT source, member AS person, organization AS body, electorate, affiliations,
        coalesce(observedIn::INT[], years(
            left(earliest(start), 4), coalesce(left(latest("end"), 4), if(start IS NULL, NULL, a.until)))) AS years
    FROM told_membership LEFT JOIN authority a USING (source)
    WHERE split_part(coalesce(organization, 'body/'), '/', 1) IN ('council', 'body')
    UNION ALL
    SELECT r.source, r.candidate, c.body, coalesce(r.electorate, c.electorate), [r.affiliation],
        years(left(earliest(c.date), 4), left(latest(c.date), 4))
    FROM result r LEFT JOIN contest c ON c.subject = r.contest AND c.source = r.source
    WHERE r.candidate IS NOT NULL
    UNION ALL
    SELECT c.source, c.defector, coalesce(c.body, w.body), NULL, c.affiliations,
        years(left(earliest(c.date), 4), left(latest(c.date), 4))
    FROM told_change c LEFT JOIN told_change w ON w.subject = c.partOf
    WHERE c.defector IS NOT NULL
    UNION ALL
    SELECT source, member, NULL, NULL, [organization], NULL
    FROM told_membership WHERE split_part(organization, '/', 1) IN ('party', 'group')
)
SELECT * EXCLUDE (affiliations), unnest(coalesce(nullif(affiliations, []), [NULL])) AS affiliation
FROM told_seat WHERE person IS NOT NULL;

-- What each council lies in, what came after it, and its region: that of most of its districts, where it has any, for
-- the register puts Derbyshire in the West Midlands.
CREATE OR REPLACE TEMP TABLE council AS
WITH own AS (
    SELECT subject AS body,
        any_value(county ORDER BY county) AS county,
        list_distinct(flatten(list(replacedBy) FILTER (replacedBy IS NOT NULL))) AS successors,
        any_value(coalesce(region, country) ORDER BY source) AS region
    FROM body WHERE subject LIKE 'council/%' GROUP BY subject
),
of_districts AS (
    SELECT county AS body, mode(region ORDER BY region) AS region FROM own WHERE county IS NOT NULL GROUP BY county
)
SELECT own.* REPLACE (coalesce(d.region, own.region) AS region)
FROM own LEFT JOIN of_districts d USING (body);

-- The distinctive words of the names of electorates and councils.
CREATE OR REPLACE TEMP TABLE place_word AS
SELECT DISTINCT ref, body, weight, word
FROM (
    SELECT subject AS ref, body, 1 AS weight, unnest(string_split(name_key(place_name(label)), ' ')) AS word
    FROM electorate
    UNION ALL
    SELECT subject, subject, 5, unnest(string_split(bare_name(label), ' ')) FROM body WHERE subject LIKE 'council/%'
)
WHERE length(word) > 3 AND word NOT IN (FROM plain_word);

-- The region in which a word is at home, as far as the names of councils and their wards tell.
CREATE OR REPLACE TEMP TABLE word_region AS
SELECT word, region, sum(weight) AS weight
FROM place_word JOIN council USING (body) WHERE region IS NOT NULL
GROUP BY word, region QUALIFY sum(weight) > 0.8 * sum(sum(weight)) OVER (PARTITION BY word);

-- The region of a constituency, which no source gives, by the words of its name.
CREATE OR REPLACE TEMP TABLE constituency_region AS
SELECT ref AS electorate, region
FROM (
    SELECT p.ref, w.region, sum(least(w.weight, 10)) AS weight
    FROM place_word p JOIN word_region w USING (word)
    WHERE p.body LIKE 'body/%' GROUP BY ALL
)
QUALIFY weight > 0.7 * sum(weight) OVER (PARTITION BY ref);

-- All that is known of one person's seats.
CREATE OR REPLACE TEMP TABLE career AS
SELECT
    s.person AS ref,
    sorted_set(list(s.body) FILTER (s.body LIKE 'council/%')) AS councils,
    sorted_set(list(s.body) FILTER (s.body LIKE 'body/%')) AS parliaments,
    sorted_set(list(c.county)) AS counties,
    sorted_set(flatten(list(c.successors) FILTER (c.successors IS NOT NULL))) AS successors,
    sorted_set(list(s.region)) AS regions,
    sorted_set(list(affiliation) FILTER (affiliation NOT LIKE 'status/%')) AS parties,
    mode(affiliation ORDER BY affiliation) FILTER (affiliation NOT LIKE 'status/%') AS party,
    bool_or(affiliation LIKE 'status/%') AS unaffiliated,
    bool_or(affiliation IN (SELECT unnest([narrow, wide]) FROM broader_affiliation)) AS localist,
    all_years(list(s.years) FILTER (s.body LIKE 'council/%')) AS council_years,
    all_years(list(s.years) FILTER (s.body LIKE 'body/%' AND NOT coalesce(p.beside, false))) AS parliament_years,
    bool_or(p.fulltime) AS fulltime,
    max(list_max(s.years)) AS until
FROM (
    SELECT seat.*, coalesce(council.region, parliament.region, constituency_region.region) AS region
    FROM seat
    LEFT JOIN council USING (body)
    LEFT JOIN parliament USING (body)
    LEFT JOIN constituency_region USING (electorate)
) s
LEFT JOIN council c USING (body)
LEFT JOIN parliament p USING (body)
GROUP BY s.person;

-- The districts in which a county's division lies, as far as its name tells: those that are called alike or have a ward
-- that is, where there are not many.
CREATE OR REPLACE TEMP TABLE division_district AS
SELECT DISTINCT division.ref AS electorate, near.body AS district
FROM place_word division
JOIN (
    SELECT word, body, county FROM place_word JOIN council USING (body) WHERE county IS NOT NULL
    QUALIFY count(DISTINCT body) OVER (PARTITION BY word, county) < 3
) near ON near.word = division.word AND near.county = division.body;

-- The councils, and the counties about them, in which a constituency lies, as far as its name tells.
CREATE OR REPLACE TEMP TABLE constituency_home AS
SELECT DISTINCT constituency.ref AS electorate, unnest([near.body, near.county]) AS home
FROM place_word constituency
JOIN (
    SELECT word, body, county FROM place_word JOIN council USING (body)
    WHERE county IS NOT NULL OR body NOT IN (SELECT county FROM council WHERE county IS NOT NULL)
    QUALIFY count(DISTINCT body) OVER (PARTITION BY word) < 3
) near USING (word)
WHERE constituency.body LIKE 'body/%';

-- The years in which anybody is seen in each ward: wards are drawn anew, and old and new ones are not two choices.
CREATE OR REPLACE TEMP TABLE ward_era AS
SELECT electorate, min(list_min(years)) AS since, max(list_max(years)) AS until
FROM seat WHERE electorate IS NOT NULL AND years IS NOT NULL GROUP BY electorate;

-- The names of the wards and constituencies of each person, the words that are distinctive in them, and where they lie;
-- and the words of a peer's title, as in "Baroness Nichols of Selby".
CREATE OR REPLACE TEMP TABLE person_places AS
WITH place AS (
    SELECT DISTINCT person AS ref, unnest([electorate, body]) AS place FROM seat WHERE body IS NOT NULL
),
title_word AS (
    SELECT DISTINCT subject AS ref, word
    FROM (
        SELECT subject, unnest(string_split(name_key(title_place(label)), ' ')) AS word
        FROM person WHERE is_title(label)
    )
    WHERE length(word) > 3 AND word NOT IN (FROM plain_word)
)
SELECT p.ref,
    sorted_set(list(name_key(place_name(e.label)))) AS wards,
    sorted_set(list_concat(list(w.word), list(t.word))) AS places,
    sorted_set(list(w.word) FILTER (e.subject IS NOT NULL)) AS ward_words,
    sorted_set(list(district)) AS districts,
    sorted_set(list(home)) AS homes,
    min(era.since) AS wards_since, max(era.until) AS wards_until
FROM place p
LEFT JOIN electorate e ON e.subject = p.place
LEFT JOIN place_word w ON w.ref = p.place
LEFT JOIN division_district d ON d.electorate = p.place
LEFT JOIN constituency_home h ON h.electorate = p.place
LEFT JOIN ward_era era ON era.electorate = p.place
LEFT JOIN title_word t ON t.ref = p.ref
GROUP BY p.ref;
