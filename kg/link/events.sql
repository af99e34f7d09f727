-- Elections and changes of control that several sources tell of: of one body, at times that agree, told by different
-- sources, and each what the other resembles most; two changes of control agree in what was before or what came after.
-- There before: the fact tables with one reference for each body, affiliation and change.

-- The narrowest date that is told of each thing.
CREATE OR REPLACE TEMP TABLE told_date AS
SELECT subject, arg_min(date, date_diff('day', earliest(date)::DATE, latest(date)::DATE)) AS date
FROM (
    SELECT subject, date FROM contest WHERE told(modality)
    UNION ALL SELECT subject, date FROM control WHERE told(modality)
    UNION ALL SELECT subject, date FROM change WHERE told(modality)
    UNION ALL  -- a change of control is no earlier and no later than what caused it
    SELECT c.subject, d.date
    FROM (SELECT subject, unnest(causedBy) AS cause FROM control WHERE told(modality)) c
    JOIN change d ON d.subject = c.cause AND told(d.modality)
)
WHERE earliest(date) IS NOT NULL AND latest(date) IS NOT NULL
GROUP BY subject;

CREATE OR REPLACE TEMP TABLE event AS
SELECT 'contest' AS tbl, subject, any_value(body) AS body,
    NULL AS before, NULL AS holder, NULL AS after, NULL AS next_holder, list(DISTINCT source) AS tellers
FROM contest WHERE told(modality) GROUP BY subject
HAVING any_value(electorate) IS NULL AND any_value(body) IS NOT NULL
UNION ALL
SELECT 'control', subject, any_value(body),
    any_value(before), any_value(controllerBefore), any_value("after"), any_value(controller), list(DISTINCT source)
FROM control WHERE told(modality) GROUP BY subject HAVING any_value(body) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE same_event AS
WITH agreeing AS (
    SELECT l.subject AS one, r.subject AS other,
        coalesce((l.before = r.before)::INT, 0) + coalesce((l.holder = r.holder)::INT, 0)
        + coalesce((l.after = r.after)::INT, 0) + coalesce((l.next_holder = r.next_holder)::INT, 0) AS likeness
    FROM event l
    JOIN event r ON r.tbl = l.tbl AND r.body = l.body AND r.subject > l.subject
    JOIN told_date ld ON ld.subject = l.subject
    JOIN told_date rd ON rd.subject = r.subject
    WHERE may_agree(ld.date, rd.date) AND NOT list_has_any(l.tellers, r.tellers)
        AND coalesce(l.before = r.before, true) AND coalesce(l.holder = r.holder, true)
        AND coalesce((l.after = 'concept/control-majority') = (r.after = 'concept/control-majority'), true)
        AND (l.tbl = 'contest' OR likeness > 0)
),
either AS (
    SELECT one AS ref, likeness FROM agreeing UNION ALL SELECT other, likeness FROM agreeing
),
most AS (  -- of each, the greatest likeness to another, where it is that to one alone
    FROM either
    QUALIFY likeness = max(likeness) OVER (PARTITION BY ref) AND count(*) OVER (PARTITION BY ref, likeness) = 1
)
SELECT a.one, a.other
FROM agreeing a
JOIN most l ON l.ref = a.one AND l.likeness = a.likeness
JOIN most r ON r.ref = a.other AND r.likeness = a.likeness
ORDER BY a.one, a.other;
