-- The register of parties. Great Britain and Northern Ireland have a register each: a party on both has two numbers.

CREATE OR REPLACE TEMP MACRO day(t, form) AS strptime(t, form)::DATE;

-- A name ends in "[De-registered 02/09/03]" where the party has left the register.
CREATE OR REPLACE TEMP TABLE entry AS
SELECT replace(e.number, ' ', '') AS number, e.register, e.status,
    trim(regexp_replace(e.name, '\s*(\(de-?registered [\d/]+\)\s*)?\[De-registered .*\]\s*$', '', 'i')) AS name,
    day(split_part(e.registered, ' ', 1), '%d/%m/%Y') AS registered,
    day(nullif(regexp_extract(e.name, '\[De-registered ([\d/]+)\]', 1), ''), '%d/%m/%y') AS deregistered,
    list_filter(
        [if(e.england = 'Y', 'place/england', NULL), if(e.scotland = 'Y', 'place/scotland', NULL),
         if(e.wales = 'Y', 'place/wales', NULL), if(e.register = 'Northern Ireland', 'place/northern-ireland', NULL)],
        lambda place: place IS NOT NULL) AS places,
    t.note,
    coalesce(t.party, error(format('{} row {}: Entity type: {} is not in entry_types.csv', e._file, e._row, e.type))) = 'yes'
        AS is_party
FROM staged.entry e LEFT JOIN beside('entry_types') t ON t.type = e.type;

-- An entry in Northern Ireland is of the party that has the same name, at the same time, in Great Britain; numbers.csv
-- has the exceptions. The number in Great Britain is the party's own.
CREATE OR REPLACE TEMP TABLE of_party AS
SELECT n.*, coalesce(if(x.number IS NULL, g.number, x.same_as), n.number) AS own
FROM entry n
LEFT JOIN beside('numbers') x ON x.number = n.number
LEFT JOIN entry g ON n.register = 'Northern Ireland' AND g.register = 'Great Britain' AND lower(g.name) = lower(n.name)
    AND g.is_party
    AND n.registered <= coalesce(g.deregistered, n.registered) AND g.registered <= coalesce(n.deregistered, g.registered)
WHERE n.is_party
QUALIFY row_number() OVER (PARTITION BY n.number ORDER BY g.registered) = 1;

INSERT INTO affiliation BY NAME
SELECT this_source() AS source,
    coalesce(
        (SELECT min(e.ref) FROM entity e WHERE list_contains(list(p.number), e.ec)),
        'party/' || slug(first(p.name ORDER BY p.number <> own)) || '-' || lower(own)) AS subject,
    first(p.name ORDER BY p.number <> own) AS label,
    nullif(list_filter(
        list(DISTINCT p.name ORDER BY p.name), lambda name: name <> first(p.name ORDER BY p.number <> own)), []) AS altLabel,
    own AS electoralCommissionId, list(p.number ORDER BY p.number) AS notation,
    list('ec:' || p.number ORDER BY p.number) AS identifier,
    strftime(first(p.registered ORDER BY p.number <> own), '%Y-%m-%d') AS registered,
    nullif(list_sort(list_distinct(flatten(list(p.places)))), []) AS area,
    nullif(list_filter(list_concat(
        list(DISTINCT p.note),
        list(format('{} left the register on {}.', p.number, strftime(p.deregistered, '%Y-%m-%d')) ORDER BY p.number)
            FILTER (p.deregistered IS NOT NULL)),
        lambda note: note IS NOT NULL), []) AS note
FROM of_party p
GROUP BY own;
