-- A pool as a table with a line for each item, which is tsv: qid, kind, label, aliases, description, birth_date,
-- death_date, gender, party_qid, facts. A fact is an office with its place in brackets and its time, "Member of the
-- Scottish Parliament (Stirling) 2016-05-05–", or a candidacy, or what a party has: "country GBR", "founded 1900".
-- A date is told at its precision, or with zeros for what is not known: 1959-03, 1959-03-00.
CREATE OR REPLACE MACRO without_zeros(date) AS regexp_replace(nullif(date, ''), '(-00)+$', '');

CREATE OR REPLACE TEMP TABLE fact AS
SELECT qid, kind, trim(unnest(string_split(facts, ' ; '))) AS fact FROM tsv WHERE facts IS NOT NULL;

INSERT INTO item
SELECT t.qid, t.kind, t.label, t.description, without_zeros(coalesce(t.birth_date, f.founded)),
    without_zeros(coalesce(t.death_date, f.dissolved)), lower(t.gender), f.country
FROM tsv t
LEFT JOIN (
    SELECT qid,
        max(regexp_extract(fact, '^founded (\d{4}[-\d]*)$', 1)) FILTER (fact LIKE 'founded %') AS founded,
        max(regexp_extract(fact, '^dissolved (\d{4}[-\d]*)$', 1)) FILTER (fact LIKE 'dissolved %') AS dissolved,
        coalesce(max('GBR') FILTER (fact = 'country GBR'), max(substr(fact, 9)) FILTER (fact LIKE 'country %')) AS country
    FROM fact WHERE kind = 'party' GROUP BY qid
) f USING (qid);

INSERT INTO item_name
SELECT qid, label FROM tsv WHERE label IS NOT NULL
UNION SELECT qid, trim(unnest(string_split(aliases, '|'))) FROM tsv WHERE aliases IS NOT NULL;

INSERT INTO item_office
SELECT qid, NULL, found.office, NULL, nullif(found.place, ''), NULL, without_zeros(found.since), without_zeros(found.until)
FROM (
    SELECT qid, regexp_extract(fact,
        '^(.*?)(?: \(([^()]*)\))?(?: (\d{4}[-\d]*)?–(\d{4}[-\d]*)?)?$', ['office', 'place', 'since', 'until']) AS found
    FROM fact WHERE kind = 'person'
);

INSERT INTO item_party SELECT qid, party_qid, NULL FROM tsv WHERE party_qid IS NOT NULL;
