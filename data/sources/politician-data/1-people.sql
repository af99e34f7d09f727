-- persons and names → people, by every name they have gone by. A person whom the source redirects is the other one.

-- "uk.org.publicwhip/member/43176" → "publicwhip:member/43176" and, for references, "member-43176".
CREATE OR REPLACE MACRO publicwhip(id) AS 'publicwhip:' || replace(id, 'uk.org.publicwhip/', '');
CREATE OR REPLACE MACRO key_of(id) AS slug(replace(id, 'uk.org.publicwhip/', ''));

-- The source's name of a scheme → ours: "pims_id" → "pims".
CREATE OR REPLACE MACRO scheme_of(s) AS regexp_replace(slug(s), '-id$', '');

-- Names as people write them: characters for HTML entities, single spaces. An unknown entity stops the reading.
CREATE OR REPLACE MACRO accented(t, marks) AS list_reduce(map_keys(marks),
    lambda text, mark: regexp_replace(text, '&([A-Za-z])' || mark || ';', '\1' || chr(marks[mark]), 'g'), t);
CREATE OR REPLACE MACRO decimals(t) AS list_reduce(regexp_extract_all(t, '&#\d+;'),
    lambda text, e: replace(text, e, chr(regexp_extract(e, '\d+')::INTEGER)), t);
CREATE OR REPLACE MACRO characters(t) AS replace(nfc_normalize(accented(decimals(t), MAP {
    'grave': 768, 'acute': 769, 'circ': 770, 'tilde': 771, 'uml': 776, 'ring': 778, 'cedil': 807})), '&amp;', '&');
CREATE OR REPLACE MACRO written(t) AS nullif(trim(regexp_replace(CASE
    WHEN t NOT LIKE '%&%' THEN t
    WHEN regexp_matches(characters(t), '&#?\w+;')
    THEN error('politician-data: an HTML entity that is not known in ' || t)
    ELSE characters(t) END, '\s+', ' ', 'g')), '');

-- The one whom a person is redirected to, through several redirects where there are such.
CREATE OR REPLACE TEMP TABLE merged AS
    WITH RECURSIVE step(id, person) AS (
        SELECT id, redirect FROM staged.persons WHERE redirect IS NOT NULL
        UNION SELECT s.id, p.redirect FROM step s JOIN staged.persons p ON p.id = s.person WHERE p.redirect IS NOT NULL)
    SELECT s.* FROM step s JOIN staged.persons p ON p.id = s.person WHERE p.redirect IS NULL;

-- A title stands for the name where there is no other: "Lord Adonis", "Baroness Adams of Craigielea". One that comes
-- with a see or an earldom passes on, so that the forenames are needed too, as in "David, Earl of Northesk".
CREATE OR REPLACE TEMP TABLE called AS
    WITH cleaned AS (
        SELECT coalesce(m.person, n.person_id) AS person, n.note, n.start_date AS started, n.end_date AS ended,
            written(n.given_name) AS given, written(n.family_name) AS family, written(n.surname) AS surname,
            written(n.honorific_prefix) AS prefix, written(n.lordname) AS lordname, written(n.lordofname) AS lordofname,
            written(n.name) AS whole
        FROM staged.names n LEFT JOIN merged m ON m.id = n.person_id),
    titled AS (SELECT *, concat_ws(' of ', concat_ws(' ', prefix, lordname), lordofname) AS title FROM cleaned)
    SELECT person, note, started, ended, given, family, surname, lordname,
        CASE WHEN lordname IS NOT NULL THEN title
             WHEN lordofname IS NOT NULL THEN concat_ws(', ', given, title)
             WHEN whole IS NOT NULL THEN whole
             WHEN given IS NOT NULL THEN concat_ws(' ', given, family)
             WHEN note = 'Main' THEN concat_ws(' ', prefix, family)
        END AS text,  -- null for another spelling of the surname alone: the forename is that of the main name
        CASE WHEN lordname IS NULL THEN title END AS see,
        -- what somebody was called in debates is no name to find them by
        note = 'Alternate' AND regexp_matches(text, '^(The|Madam|Minister) |Speaker$') AS of_office
    FROM titled;

CREATE OR REPLACE TEMP TABLE main_name AS
    SELECT *, row_number() OVER by_time AS place, count(*) OVER (PARTITION BY person) AS names
    FROM called WHERE note = 'Main'
    WINDOW by_time AS (PARTITION BY person ORDER BY coalesce(started, ''), coalesce(ended, '9999'), text);

CREATE OR REPLACE TEMP TABLE someone AS
    SELECT p.id, slug(n.text) AS slug, 'person/' || slug(n.text) || '-' || regexp_extract(p.id, '\d+$') AS ref
    FROM staged.persons p LEFT JOIN main_name n ON n.person = p.id AND n.place = 1
    WHERE p.redirect IS NULL;
SELECT error('politician-data: ' || id || ' has no main name') FROM someone WHERE slug IS NULL;

CREATE OR REPLACE TEMP TABLE other_name AS
    SELECT person, text FROM called WHERE NOT coalesce(of_office, false) AND text IS NOT NULL
    UNION SELECT c.person, concat_ws(' ', n.given, c.family) FROM called c
        JOIN main_name n ON n.person = c.person AND n.family IS NOT NULL WHERE c.text IS NULL
    UNION SELECT person, given || ' ' || coalesce(surname, lordname) FROM called
        WHERE given IS NOT NULL AND lordname IS NOT NULL
    UNION SELECT person, see FROM called WHERE see <> '' AND text LIKE '%, ' || see;

-- A number that belongs to a title passes on with it, as those of "pims" do: one that several people bear tells none.
CREATE OR REPLACE TEMP TABLE numbered AS
    SELECT coalesce(m.person, i.person_id) AS person, i.scheme, i.identifier,
        count(DISTINCT coalesce(m.person, i.person_id)) OVER (PARTITION BY i.scheme, i.identifier) AS bearers
    FROM staged.person_identifiers i LEFT JOIN merged m ON m.id = i.person_id
    WHERE i.identifier IS NOT NULL;

INSERT INTO person BY NAME
    WITH last AS (SELECT * FROM main_name WHERE place = names),
    family AS (  -- the latest, which for a peer is that before the peerage
        SELECT person, coalesce(arg_max(family, place), arg_max(surname, place)) AS family,
            coalesce(arg_max(given, place) FILTER (family IS NOT NULL), arg_max(given, place)) AS given
        FROM main_name WHERE coalesce(family, surname) IS NOT NULL GROUP BY person),
    others AS (SELECT person, list(DISTINCT text ORDER BY text) AS texts FROM other_name GROUP BY person),
    identifiers AS (
        SELECT person, list(DISTINCT identifier ORDER BY identifier) AS list FROM (
            SELECT id AS person, publicwhip(id) AS identifier FROM someone
            UNION ALL SELECT person, publicwhip(id) FROM merged
            UNION ALL SELECT person, scheme_of(scheme) || ':' || identifier FROM numbered
                WHERE scheme <> 'pims_id' OR bearers = 1)
        GROUP BY person),
    items AS (
        SELECT person, list(DISTINCT 'http://www.wikidata.org/entity/' || identifier) AS list
        FROM numbered WHERE scheme = 'wikidata' AND bearers = 1 GROUP BY person)
    SELECT this_source() AS source, s.ref AS subject, last.text AS label,
        nullif(list_filter(o.texts, lambda t: t <> last.text), []) AS altLabel,
        i.list AS identifier, w.list AS exactMatch, f.given AS givenName, f.family AS familyName
    FROM someone s JOIN last ON last.person = s.id
    LEFT JOIN others o ON o.person = s.id LEFT JOIN identifiers i ON i.person = s.id
    LEFT JOIN items w ON w.person = s.id LEFT JOIN family f ON f.person = s.id;

INSERT INTO name BY NAME
    SELECT DISTINCT this_source() AS source,
        'name/' || split_part(s.ref, '/', 2) || '-' || slug(concat_ws(' ', c.text, c.started)) AS subject,
        c.text AS label, s.ref AS nameOf, c.started AS start, c.ended AS "end"
    FROM called c JOIN someone s ON s.id = c.person
    WHERE c.text IS NOT NULL AND (c.started IS NOT NULL OR c.ended IS NOT NULL
        OR c.note = 'Main' AND (SELECT any_value(names) FROM main_name n WHERE n.person = c.person) > 1);
