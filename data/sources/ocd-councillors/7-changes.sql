-- Pairs that the rules call a change → changes of side that we infer, each with its claim and the two rows it rests on.

CREATE OR REPLACE TEMP TABLE inferred AS
WITH weighed AS (
    SELECT l.*, p.slug, o.ref AS ends_ref, n.ref AS starts_ref, s.shown,
        if(l.to_since > strftime(l.next_latest, '%Y-%m-%d'), 'status/independent-or-other', l.to_ref) AS to_then,
        list_filter([
            if(l.same_name, 'same-name', 'name-varies'), if(l.same_ward, 'same-ward', 'ward-varies'),
            CASE WHEN NOT l.election THEN 'same-term' END,
            CASE WHEN l.after = l.to_ref THEN 'label-lasts' WHEN l.after IS NULL THEN 'last-roster' END,
            CASE WHEN l.moved > 2 AND l.kept > 0 THEN 'moved-together' END,
            CASE WHEN 'independent' IN (l.from_kind, l.to_kind) THEN 'catch-all-label' END,
            CASE WHEN l.rule = 'left-and-returned' THEN 'label-undone' END,
            CASE WHEN l.moved_by_may_2019 THEN 'shown-between' END,
            CASE WHEN l.next_year IN (2023, 2024) THEN 'revised-roster' END
        ], lambda reason: reason IS NOT NULL) AS reasons
    FROM label_pair l JOIN spell s ON s.seat = l.earlier JOIN slug_of p ON p.person = l.person
    JOIN run o ON o.last_seat = l.earlier JOIN run n ON n.first_seat = l.later
    WHERE l.verdict = 'change'
)
SELECT *, 'defection/' || slug || '-' || next_year AS ref, if(to_then LIKE 'party/%' AND from_ref LIKE 'party/%', 'defection', 'affiliation-change') AS kind,
    -- no date can be told more closely than by the two files, and by the day from which the new label can have been in use;
    -- where the member came back in 2024, the files before may have lost what they showed (see revised-backwards)
    greatest(strftime(if(rule = 'left-and-returned' AND after = from_ref AND next_year IN (2023, 2024), term_began, earliest), '%Y-%m-%d'), CASE WHEN length(to_since) = 10 AND to_then = to_ref THEN to_since ELSE '' END)
        || '/' || strftime(if(election, next_earliest - 1, next_latest), '%Y-%m-%d') AS "date",
    round(0.9 + list_sum(list_transform(reasons, lambda reason: CASE reason
        WHEN 'label-lasts' THEN 0.04 WHEN 'moved-together' THEN 0.03 WHEN 'label-undone' THEN -0.2 WHEN 'name-varies' THEN -0.02
        WHEN 'ward-varies' THEN -0.1 WHEN 'last-roster' THEN -0.02 WHEN 'catch-all-label' THEN -0.02
        WHEN 'revised-roster' THEN -0.1 WHEN 'shown-between' THEN -0.05 ELSE 0 END)), 2) AS confidence
FROM weighed;

INSERT INTO change BY NAME
SELECT 'source/inferred-changes' AS source, i.ref AS subject, i.kind, i.shown || ': ' || f.label || ' to ' || t.label || ' (' || i.council || ')' AS label,
    'person/' || i.slug AS defector, i.from_ref AS fromAffiliation, i.to_then AS toAffiliation, i.body, i."date",
    'concept/mechanism-' || if(i.kind = 'defection', 'crossing', 'changed-affiliation') AS mechanism, 'concept/status-inferred' AS status,
    i.confidence::VARCHAR AS confidence, list_transform(i.reasons, lambda reason: 'concept/evidence-' || reason) AS confidenceReason,
    [i.ends_ref] AS endsMembership, [i.starts_ref] AS startsMembership
FROM inferred i
JOIN (SELECT ref, arg_max(label, latest) AS label FROM party WHERE ref IS NOT NULL GROUP BY ref) f ON f.ref = i.from_ref
JOIN (SELECT ref, arg_max(label, latest) AS label FROM party WHERE ref IS NOT NULL GROUP BY ref) t ON t.ref = i.to_then;

CREATE OR REPLACE TEMP MACRO row_key(year, council, ward, name, label) AS
    format('councillors_{}: {} | {} | {} | {}', year, council, ward, name, label);

INSERT INTO claim BY NAME
SELECT 'source/inferred-changes' AS source,
    'claim/inferred-changes-' || left(sha256(concat_ws(' ', ref, 'rdf:type', kind, rows[1], rows[2])), 16) AS subject,
    ref AS about, 'rdf:type' AS property, kind AS value, 'kind' AS valueKind, 'source/inferred-changes' AS statedIn,
    'concept/modality-asserted' AS modality, rows AS row, [ends_ref, starts_ref] AS derivedFrom
FROM (SELECT *, [row_key(year, council, ward, name, from_label), row_key(next_year, council, next_ward, next_name, to_label)] AS rows FROM inferred);

-- What became of every pair, changes or not, and by which rule.
INSERT INTO judged BY NAME
SELECT this_source() AS source, 'person/' || p.slug AS person, l.body, l.year::VARCHAR AS earlier, l.from_label AS earlierLabel,
    l.next_year::VARCHAR AS later, l.to_label AS laterLabel, l.verdict, l.rule, trim(r.because) AS reason, i.ref AS "change",
    row_key(l.year, l.council, l.ward, l.name, l.from_label) AS earlierRow,
    row_key(l.next_year, l.council, l.next_ward, l.next_name, l.to_label) AS laterRow
FROM label_pair l JOIN slug_of p USING (person) JOIN rule r ON r.name = l.rule LEFT JOIN inferred i ON i.earlier = l.earlier;
