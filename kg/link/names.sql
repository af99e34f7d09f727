-- Bodies that are called alike and that no identifier has joined. A name is the label, the label without the words that
-- tell the type of council, or another name; a name of an earlier kind in this list counts for more.
CREATE OR REPLACE TEMP TABLE body_name AS
WITH told AS (
    SELECT
        subject AS ref, split_part(subject, '/', 1) AS path,
        list(DISTINCT source ORDER BY source) AS sources,
        list(DISTINCT label) FILTER (label IS NOT NULL) AS labels,
        flatten(list(altLabel) FILTER (altLabel IS NOT NULL)) AS others
    FROM body GROUP BY subject
),
kinds AS (
    SELECT ref, unnest(labels) AS name, 1 AS strength FROM told
    UNION ALL SELECT ref, bare_name(unnest(labels)), 2 FROM told
    UNION ALL SELECT ref, unnest(others), 3 FROM told
    UNION ALL SELECT ref, bare_name(unnest(others)), 3 FROM told
),
parish AS (SELECT ref, bool_or(is_parish(name)) AS parish FROM kinds GROUP BY ref)
SELECT ref, path, sources, parish, name_key(name) AS name, min(strength) AS strength
FROM kinds JOIN told USING (ref) JOIN parish USING (ref)
WHERE name_key(name) <> '' GROUP BY ALL;

-- The best namesake that each body has in each other source, and how many there bear the name as strongly. Two bodies
-- with different identifiers of one scheme are none, nor are a parish and a district.
CREATE OR REPLACE TEMP TABLE namesake AS
WITH pair AS (
    SELECT
        l.ref AS one, r.ref AS other, r.sources AS told_by,
        min(l.strength + r.strength) AS strength, min_by(l.name, l.strength + r.strength) AS name
    FROM body_name l
    JOIN body_name r ON r.name = l.name AND r.path = l.path AND r.parish = l.parish AND r.ref <> l.ref
    WHERE NOT list_has_any(l.sources, r.sources)
    GROUP BY ALL
),
told_apart AS (
    SELECT DISTINCT one, other
    FROM pair
    JOIN identified l ON l.ref = one AND l.tbl = 'body'
    JOIN identified r ON r.ref = other AND r.tbl = 'body'
        AND split_part(r.identifier, ':', 1) = split_part(l.identifier, ':', 1)
),
best AS (
    FROM pair ANTI JOIN told_apart USING (one, other)
    QUALIFY strength = min(strength) OVER (PARTITION BY one, told_by)
)
SELECT *, count(*) OVER (PARTITION BY one, told_by) AS rivals FROM best;
