-- The forms of the names of people, on both sides taken apart alike: given names, family name, title. An item's label may
-- have a title behind a comma and a word in brackets: "Parry Mitchell, Baron Mitchell", "Ian Gibson (politician)".
CREATE OR REPLACE MACRO ranks() AS '(?:lord|lady|baroness|baron|viscountess|viscount|earl|countess|marquess|marchioness|duke|duchess)';
CREATE OR REPLACE MACRO plain_name(t) AS trim(regexp_replace(regexp_replace(t, '\([^)]*\)', '', 'g'), '\s+', ' ', 'g'));
CREATE OR REPLACE MACRO has_rank(t) AS regexp_matches(t, '(?i)^(?:the )?(?:\d+(?:st|nd|rd|th) )?' || ranks() || ' ');
CREATE OR REPLACE MACRO title_key(t) AS
    name_key(regexp_replace(t, '(?i)^(?:the )?(?:\d+(?:st|nd|rd|th) )?(?:' || ranks() || ' )+(?:of )?', ''));
CREATE OR REPLACE MACRO behind_comma(t) AS if(has_rank(regexp_extract(t, '^[^,]*, (.*)$', 1)), regexp_extract(t, '^[^,]*, (.*)$', 1), '');

CREATE OR REPLACE TEMP TABLE called AS
SELECT id, side, name, behind_comma(name) AS title, if(behind_comma(name) = '', name, string_split(name, ',')[1]) AS front
FROM (
    SELECT ref AS id, 'build' AS side, plain_name(name) AS name FROM thing_name WHERE class = 'person'
    UNION
    SELECT qid, 'item', plain_name(name) FROM item_name JOIN item USING (qid) WHERE kind = 'person'
);

CREATE OR REPLACE TEMP TABLE person_title AS
SELECT DISTINCT id, side, title_key(t) AS title, string_split(title_key(t), ' of ')[1] AS stem
FROM (SELECT id, side, if(title <> '', title, name) AS t FROM called)
WHERE has_rank(t) AND title_key(t) <> '';

CREATE OR REPLACE TEMP TABLE person_form AS
WITH split AS (
    SELECT DISTINCT id, side, words[: len(words) - family_length(words)] AS given,
        words[len(words) - family_length(words) + 1 :] AS family
    FROM (SELECT id, side, person_words(front) AS words FROM called WHERE NOT has_rank(front))
    WHERE len(words) > 1
)
SELECT id, side, row_number() OVER (ORDER BY side, id, given, family) AS form,
    flatten(list_transform(given, lambda word: apart(word))) AS given,
    replace(array_to_string(family, ''), '-', '') AS surname,
    sorted_set(flatten(list_transform(family, lambda word: string_split(word, '-')))) AS parts
FROM split WHERE len(given) > 0;

CREATE OR REPLACE TEMP TABLE form_root AS
SELECT f.form, sorted_set(list(root)) AS roots, sorted_set(list(root) FILTER (i = 1)) AS first_roots
FROM (
    SELECT f.form, f.i, coalesce(n.root, f.word) AS root
    FROM (SELECT form, unnest(given) AS word, generate_subscripts(given, 1) AS i FROM person_form) f
    LEFT JOIN nickname n ON n.name = f.word
) f
GROUP BY f.form;

-- How common a name is among all whom the build and the pool name. Given and family names of one community meet more
-- often than by chance, by which no name is rarer than so many in ten million.
CREATE OR REPLACE TEMP TABLE name_share AS
WITH bearer AS (
    SELECT DISTINCT id, side, unnest(first_roots) AS root, surname FROM person_form JOIN form_root USING (form)
),
people AS (SELECT count(DISTINCT (side, id)) AS people FROM bearer),
root AS (SELECT root, count(DISTINCT (side, id)) / any_value(people) AS share FROM bearer, people GROUP BY root),
family AS (SELECT surname, count(DISTINCT (side, id)) / any_value(people) AS share FROM bearer, people GROUP BY surname),
both_names AS (
    SELECT root, surname, greatest(count(DISTINCT id) FILTER (side = 'build'), count(DISTINCT id) FILTER (side = 'item')) AS bearers
    FROM bearer GROUP BY ALL
)
SELECT root, surname, greatest(r.share * f.share + getvariable('rarest'), (bearers - 1) / people) AS share
FROM both_names JOIN root r USING (root) JOIN family f USING (surname), people;
