-- Two neighbouring memberships of one person in one chamber → a change of side, or none, by the rules in rules.yaml.

-- What the rules see: both organisations as the source has them, what they are to us, the last party sat for, the days
-- from the one's end to the other's start (null where either is no day), and the source's own codes.
CREATE OR REPLACE TEMP TABLE neighbours AS
    WITH before AS (
        SELECT s.*, replace(id, 'uk.org.publicwhip/', '') AS later, lag(s) OVER by_time AS earlier,
            last_value(CASE WHEN "is" IN ('party', 'group') THEN affiliation END IGNORE NULLS)
                OVER (by_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_party
        FROM sitting s WINDOW by_time AS (PARTITION BY person, body ORDER BY started, coalesce(ended, '9999'), id))
    SELECT id AS starts, earlier.id AS ends, ref AS starts_ref, earlier.ref AS ends_ref, person_ref, slug, person, body,
        later, started, earlier.organization AS from_org, organization AS to_org, earlier.affiliation AS from_ref,
        affiliation AS to_ref, earlier."is" AS from_is, "is" AS to_is, last_party,
        start_reason AS began, earlier.end_reason AS ended,
        try_cast(started AS DATE) - try_cast(earlier.ended AS DATE) AS gap,
        CASE WHEN start_reason IN ('changed_party', 'whip_removed', 'whip_restored') THEN start_reason
             WHEN start_reason IS NULL AND earlier.end_reason IN ('changed_party', 'whip_removed', 'whip_restored')
             THEN earlier.end_reason END AS code
    FROM before WHERE earlier IS NOT NULL;

CREATE OR REPLACE TABLE side_pair AS
    SELECT d.ends, d.starts, d.rule, r.verdict, d.code, d.gap, d.from_org, d.to_org, d.started AS "date", d.body
    FROM (SELECT *, {rules} AS rule FROM neighbours) d LEFT JOIN rule r ON r.name = d.rule;
SELECT error('politician-data: no rule says what became of ' || ends || ' and ' || starts)
    FROM side_pair WHERE rule IS NULL;

CREATE OR REPLACE TEMP TABLE changed AS
    SELECT n.*, p.verdict AS kind, 'defection/' || n.slug || '-' || key_of(n.starts) AS ref,
        CASE WHEN n.code IS NULL THEN 'source/inferred-changes' ELSE this_source() END AS said_by,
        CASE WHEN p.verdict = 'whip-withdrawal' THEN 'whip-withdrawn'
             WHEN p.verdict = 'whip-restoration' THEN 'whip-restored'
             WHEN n.to_is NOT IN ('party', 'group') THEN 'changed-affiliation'
             WHEN n.from_is IN ('party', 'group') THEN 'crossing'
             WHEN n.to_ref = n.last_party THEN 'changed-affiliation'
             ELSE 'joined' END AS mechanism,
        -- the name by which the person went at the time
        (SELECT arg_max(m.text, m.place) FROM main_name m WHERE m.person = n.person
            AND (m.started IS NULL OR m.started <= n.started OR m.place = 1)) AS called
    FROM side_pair p JOIN neighbours n ON n.starts = p.starts WHERE p.verdict <> 'none';

INSERT INTO change BY NAME
    SELECT c.said_by AS source, c.ref AS subject, c.kind,
        c.called || ': ' || f.label || ' to ' || t.label || ' (' || left(c.started, 4) || ')' AS label,
        c.person_ref AS defector, c.from_ref AS fromAffiliation, c.to_ref AS toAffiliation, c.body, c.started AS "date",
        'concept/mechanism-' || c.mechanism AS mechanism,
        'concept/status-' || CASE WHEN c.code IS NULL THEN 'inferred' ELSE 'reported' END AS status,
        -- the one doubt is whether the seat was given a label rather than changed by its member
        CASE WHEN c.code IS NULL THEN '0.95' END AS confidence,
        CASE WHEN c.code IS NULL THEN ['concept/evidence-contiguous-memberships', 'concept/evidence-stable-identifier']
            END AS confidenceReason,
        [c.ends_ref] AS endsMembership, [c.starts_ref] AS startsMembership
    FROM changed c JOIN entity f ON f.ref = c.from_ref JOIN entity t ON t.ref = c.to_ref;

INSERT INTO claim BY NAME
    SELECT said_by AS source, 'claim/' || replace(said_by, 'source/', '') || '-'
        || left(sha256(concat_ws(' ', ref, 'rdf:type', kind, ends, starts)), 16) AS subject,
        ref AS about, 'rdf:type' AS property, kind AS value, 'kind' AS valueKind, said_by AS statedIn,
        'concept/modality-asserted' AS modality, [ends, starts] AS row, [ends_ref, starts_ref] AS derivedFrom
    FROM changed;

-- What became of every pair whose organisations differ, changes or not, and by which rule.
INSERT INTO judged BY NAME
    SELECT this_source() AS source, n.person_ref AS person, n.body, e.ended AS earlier, n.from_org AS earlierLabel,
        n.started AS later, n.to_org AS laterLabel, if(p.verdict = 'none', 'not-a-change', 'change') AS verdict, p.rule,
        trim(r.because) AS reason, c.ref AS "change", n.ends AS earlierRow, n.starts AS laterRow
    FROM side_pair p JOIN neighbours n USING (starts) JOIN sitting e ON e.id = n.ends JOIN rule r ON r.name = p.rule
    LEFT JOIN changed c ON c.starts = n.starts
    WHERE n.from_org <> n.to_org;
