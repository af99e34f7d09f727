-- Which reference of each cluster stays: that of the source with the highest authority; among equals the one that was
-- seen first. {things} lists every thing with the sources that speak of it.
CREATE OR REPLACE TEMP TABLE moved AS
WITH told AS (
    SELECT t.subject AS ref, max(a.authority) AS authority
    FROM ({things}) t
    JOIN authority a USING (source)
    WHERE t.subject IN (SELECT ref FROM cluster)
    GROUP BY ref
),
seen AS (  -- the first year in which a person is known to have held a seat, or to have sought one
    SELECT ref, min(year) AS year
    FROM (
        SELECT member AS ref, left(earliest(start), 4) AS year FROM membership
        UNION ALL SELECT member, list_min(observedIn) FROM membership
        UNION ALL SELECT r.candidate, left(earliest(c.date), 4) FROM result r JOIN contest c ON c.subject = r.contest
    )
    WHERE ref IN (SELECT ref FROM cluster) GROUP BY ref
),
first AS (
    SELECT id, ref,
        first_value(ref) OVER (
            PARTITION BY id ORDER BY coalesce(authority, -1) DESC, coalesce(year, '9999'), ref
        ) AS kept
    FROM cluster LEFT JOIN told USING (ref) LEFT JOIN seen USING (ref)
)
SELECT ref AS old, kept AS new FROM first WHERE ref <> kept;

UPDATE alias SET new = moved.new FROM moved WHERE alias.new = moved.old;
INSERT INTO alias SELECT old, new FROM moved;
