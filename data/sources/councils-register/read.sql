-- Every authority of the register, past and current, becomes a council. Parishes are not in it: a parish council that
-- bears a district's name is no row here, and nothing in this reader matches by name.

CREATE OR REPLACE TEMP MACRO tidy(t) AS trim(regexp_replace(t, '\s+', ' ', 'g'));  -- "North Somerset  Council"
CREATE OR REPLACE TEMP MACRO degrees(t) AS rtrim(rtrim(t::DECIMAL(9, 6)::VARCHAR, '0'), '.');  -- to ten centimetres

CREATE OR REPLACE TEMP TABLE authority AS
SELECT *, tidy(official_name) AS label, 'council/' || slug(official_name) AS subject FROM staged.authority;

-- The field alt-names separates names by commas, and some names have commas of their own. The register's list of names
-- has each name on its own row: every name there that the field holds is one; what is then left of the field is a fault.
CREATE OR REPLACE TEMP TABLE alternative AS
SELECT a.code, tidy(n.name) AS name
FROM authority a JOIN staged.name n USING (code)
WHERE contains(',' || a.alt_names || ',', ',' || n.name || ',') OR n.name = a.nice_name;

CREATE OR REPLACE TEMP TABLE alt_label AS  -- of two spellings that differ in capitals only, the one that has them
SELECT code, list(name ORDER BY name) AS names
FROM (SELECT code, min(name) AS name FROM alternative JOIN authority USING (code)
      WHERE lower(name) <> lower(label) GROUP BY code, lower(name))
GROUP BY code;

CREATE OR REPLACE TEMP TABLE unread AS
SELECT _file, _row, list_reduce(
    list_prepend(alt_names, (
        SELECT coalesce(list(n.name ORDER BY length(n.name) DESC, n.name), []) FROM staged.name n WHERE n.code = a.code)),
    lambda rest, name: replace(rest, name, '')) AS rest, alt_names
FROM authority a WHERE alt_names IS NOT NULL;

SELECT error(format('{} row {}: alt-names: {} holds a name that lookup_name_to_registry lacks', _file, _row, alt_names))
FROM unread WHERE trim(rest, ', ') <> '';

INSERT INTO body BY NAME
SELECT
    this_source() AS source, a.subject, a.label, l.names AS altLabel,
    list_filter([a.gss, a.code], lambda code: code IS NOT NULL) AS notation,
    list_concat(
        ['la:' || a.code],
        list_transform(list_filter([a.gss], lambda gss: gss IS NOT NULL), lambda gss: 'gss:' || gss),
        list_transform(coalesce(string_split(a.former_gss, ','), []), lambda gss: 'gss:' || gss),
        list_filter(['ocd:' || a.ocd::DOUBLE::BIGINT], lambda ocd: ocd IS NOT NULL)) AS identifier,
    a.gss,
    coalesce(t.concept, error(format('{} row {}: local-authority-type: {} is not in council_types.csv', a._file, a._row, a.type)))
        AS councilType,
    coalesce(r.ref, if(a.region IS NULL, NULL,
        error(format('{} row {}: region: there is no place {} in data/entities', a._file, a._row, a.region)))) AS region,
    coalesce(n.ref, error(format('{} row {}: nation: there is no place {} in data/entities', a._file, a._row, a.nation)))
        AS country,
    county.subject AS county,
    a.start_date AS start, a.end_date AS "end",
    (SELECT list(s.subject ORDER BY s.subject) FROM authority s WHERE list_contains(string_split(a.replaced_by, ','), s.code))
        AS replacedBy,
    degrees(a.lat) AS latitude, degrees(a.long) AS longitude
FROM authority a
LEFT JOIN alt_label l USING (code)
LEFT JOIN beside('council_types') t ON t.type = a.type
LEFT JOIN entity r ON r.ref LIKE 'place/%' AND list_contains(list_prepend(r.label, r.aliases), a.region)
LEFT JOIN entity n ON n.ref LIKE 'place/%' AND n.label = a.nation
LEFT JOIN authority county ON county.code = a.county;

-- The regions lie in England; the other nations are no regions of anything here.
INSERT INTO place BY NAME
SELECT DISTINCT this_source() AS source, region AS subject, any_value(country) AS within
FROM body WHERE source = this_source() AND region <> country GROUP BY region;
