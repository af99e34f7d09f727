-- What the readers of tables share. A reader is SQL over the tables in `staged`, which fills the fact tables.

-- The slug of a name, as kg.iris.slug makes it: lower-case ASCII words and hyphens.
CREATE OR REPLACE MACRO slug(t) AS array_to_string(
    regexp_extract_all(
        lower(regexp_replace(strip_accents(replace(t, '''', '')), '[^\x00-\x7F]', '', 'g')),
        '[a-z0-9]+'),
    '-');

-- The source whose reader runs, as in "source/councils-register".
CREATE OR REPLACE MACRO this_source() AS getvariable('source');

-- The rows of a CSV file that lies beside the reader, every value as text: FROM beside('parties').
CREATE OR REPLACE MACRO beside(name) AS TABLE
    SELECT * FROM read_csv(getvariable('folder') || '/' || name || '.csv', header = true, all_varchar = true);
