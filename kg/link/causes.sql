-- A change of control between two states of a council without an election between them followed from the changes of
-- side that fall between them, where without these the majority would still be there, or not be there yet. It is said
-- in our own graph, with a claim for each cause.
CREATE OR REPLACE TEMP TABLE explained AS
WITH open AS (
    SELECT
        subject, body, date, coalesce(controllerBefore, controller) AS holder,
        before IN ('concept/control-majority', 'concept/control-independents-and-others') AS lost
    FROM control
    WHERE source = 'source/ocd-compositions' AND causedBy IS NULL AND before IS NOT NULL
),
state AS (  -- the later of the two: the window of its seats ends with that of the change
    SELECT o.subject, coalesce(sum(s.seats) FILTER (s.affiliation = o.holder), 0) AS held, sum(s.seats) AS total
    FROM open o
    JOIN seats s ON s.source = 'source/ocd-compositions' AND s.body = o.body AND latest(s.date) = latest(o.date)
    GROUP BY o.subject
),
told_change AS (
    SELECT subject, any_value(body) AS body, any_value(fromAffiliation) AS old, any_value(toAffiliation) AS new,
        any_value(partOf) AS whole, any_value(date ORDER BY source = 'source/inferred-changes' DESC) AS date
    FROM change WHERE told(modality) AND kind IS DISTINCT FROM 'collective-defection'
    GROUP BY subject
)
SELECT o.subject, list(DISTINCT coalesce(c.whole, c.subject) ORDER BY coalesce(c.whole, c.subject)) AS causes
FROM open o
JOIN state n ON n.subject = o.subject
JOIN told_change c ON c.body = o.body AND within(c.date, o.date) AND if(o.lost, c.old, c.new) = o.holder
GROUP BY o.subject, o.lost, n.held, n.total
HAVING if(o.lost, 2 * (n.held + count(*)) > n.total, 2 * (n.held - count(*)) <= n.total);

-- One cause dates the change of control, if it dates it more closely.
INSERT INTO control BY NAME
SELECT 'source/inferred-changes' AS source, e.subject, e.causes AS causedBy,
    CASE WHEN len(e.causes) = 1 THEN d.date END AS date
FROM explained e
LEFT JOIN told_date d ON d.subject = e.causes[1];

INSERT INTO claim BY NAME
WITH said AS (
    SELECT subject, 'causedBy' AS property, unnest(causes) AS value, 'ref' AS kind, value AS basis FROM explained
    UNION ALL
    SELECT c.subject, 'date', c.date, 'date', c.causedBy[1]
    FROM control c SEMI JOIN explained USING (subject)
    WHERE c.source = 'source/inferred-changes' AND c.date IS NOT NULL
)
SELECT
    'source/inferred-changes' AS source,
    'claim/inferred-changes-' || left(sha256(subject || ' ' || property || ' ' || value), 16) AS subject,
    subject AS about, 'pd:' || property AS property, value, kind AS valueKind,
    'source/inferred-changes' AS statedIn, 'concept/modality-asserted' AS modality, [basis] AS derivedFrom
FROM said;
