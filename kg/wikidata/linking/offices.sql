-- Which of the offices of the candidates are seats on bodies of the build, which are candidacies, and what party each was
-- for. There before: office_body(body, pattern, item) and the patterns councillor and candidate, from the settings.
CREATE OR REPLACE TEMP TABLE council_called AS
SELECT bare_name(name) AS called, min(ref) AS body
FROM thing_name WHERE class = 'body' AND ref LIKE 'council/%' AND NOT is_parish(name)
GROUP BY called HAVING count(DISTINCT ref) = 1;

-- One item can stand for one thing; whoever has it by a source or a decision keeps it.
CREATE OR REPLACE TEMP TABLE party_item AS
SELECT DISTINCT ref AS party, qid FROM given WHERE ref LIKE 'party/%' OR ref LIKE 'group/%' OR ref LIKE 'status/%';

CREATE OR REPLACE TEMP TABLE office AS
SELECT DISTINCT office_qid, office,
    coalesce(
        (SELECT min(b.body) FROM office_body b WHERE b.item = o.office_qid OR regexp_matches(lower(o.office), b.pattern)),
        (SELECT min(c.body) FROM council_called c
            WHERE c.called = bare_name(regexp_extract(o.office, getvariable('councillor'), 1)))
    ) AS body,
    regexp_extract(o.office, getvariable('candidate'), 1) AS stood_in
FROM (SELECT DISTINCT office_qid, office FROM item_office) o;

CREATE OR REPLACE TABLE item_seat AS
SELECT i.qid, o.office, o.body, nullif(o.stood_in, '') AS stood_in, i.place AS district, p.party,
    earliest(i.since)::DATE AS since, latest(i.until)::DATE AS until, length(i.since) = 10 AS to_the_day
FROM item_office i
JOIN office o ON o.office IS NOT DISTINCT FROM i.office AND o.office_qid IS NOT DISTINCT FROM i.office_qid
LEFT JOIN party_item p ON p.qid = i.party;

CREATE OR REPLACE TABLE item_affiliation AS
SELECT DISTINCT i.qid, p.party
FROM (
    SELECT qid, party FROM item_party
    UNION SELECT qid, party FROM item_office WHERE party IS NOT NULL
) i
LEFT JOIN party_item p ON p.qid = i.party;
