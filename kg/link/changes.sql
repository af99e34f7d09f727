-- Changes of side that several sources tell of: of one person, on one body, in directions and at times that agree; and
-- the collective ones whose parts others name. There before: the fact tables with one reference for each thing, and
-- broader_affiliation(narrow, wide).

-- Who tells of each change: for one that we infer, the sources of the memberships from which it was inferred.
CREATE OR REPLACE TEMP TABLE teller AS
WITH basis AS (
    SELECT subject, unnest(list_concat(endsMembership, startsMembership)) AS membership
    FROM change WHERE source = 'source/inferred-changes'
)
SELECT DISTINCT c.subject AS ref, coalesce(m.source, c.source) AS teller
FROM (SELECT DISTINCT subject, source FROM change WHERE kind IS NOT NULL) c
LEFT JOIN basis b ON b.subject = c.subject AND c.source = 'source/inferred-changes'
LEFT JOIN (SELECT DISTINCT subject, source FROM membership) m ON m.subject = b.membership;

-- What is asserted or reported of each change. A named part of a collective one takes from the whole what is not told
-- of the part.
CREATE OR REPLACE TEMP TABLE account AS
WITH own AS (
    SELECT
        subject AS ref,
        bool_or(kind = 'collective-defection') AS collective,
        any_value(defector ORDER BY defector) AS defector,
        any_value(body ORDER BY body) AS body,
        any_value(partOf ORDER BY partOf) AS partOf,
        max(greatest(effectiveCount, announcedCount)) AS most,
        list(DISTINCT effectiveCount) FILTER (effectiveCount IS NOT NULL) AS counts
    FROM change WHERE told(modality)
    GROUP BY subject
)
SELECT part.* REPLACE (coalesce(part.body, whole.body) AS body)
FROM own part LEFT JOIN own whole ON whole.ref = part.partOf;

CREATE OR REPLACE TEMP TABLE aspect AS
WITH own AS (
    SELECT DISTINCT subject AS ref, cell.property, cell.value
    FROM (
        SELECT subject, unnest([
            {'property': 'from', 'value': fromAffiliation},
            {'property': 'to', 'value': toAffiliation},
            {'property': 'date', 'value': date}
        ]) AS cell
        FROM change WHERE told(modality)
    )
    WHERE cell.value IS NOT NULL
)
FROM own
UNION
SELECT part.ref, whole.property, whole.value
FROM account part
JOIN own whole ON whole.ref = part.partOf
ANTI JOIN own ON own.ref = part.ref AND own.property = whole.property;

-- Two changes of one person on one body; and a collective change with each change on its body that is no part of it
-- yet.
CREATE OR REPLACE TEMP TABLE change_pair AS
SELECT l.ref AS one, r.ref AS other, l.collective
FROM account l
JOIN account r ON r.defector = l.defector AND r.body = l.body AND r.ref > l.ref AND NOT r.collective
UNION
SELECT l.ref, r.ref, l.collective
FROM (FROM account WHERE collective) l
JOIN account r ON r.body = l.body AND r.ref <> l.ref AND NOT r.collective
WHERE r.defector IS NOT NULL AND coalesce(r.partOf, l.ref) = l.ref;

-- They agree where for each property any two accounts do; what one of them leaves untold agrees with everything, but
-- the direction must not be wholly untold.
CREATE OR REPLACE TEMP TABLE agreement AS
WITH compared AS (
    SELECT p.one, p.other, p.collective, d.property,
        bool_or(l.value IS NOT NULL AND r.value IS NOT NULL) AS known,
        bool_or(
            l.value IS NULL OR r.value IS NULL OR l.value = r.value
            OR b.narrow IS NOT NULL OR w.narrow IS NOT NULL
            OR CASE d.property WHEN 'date' THEN may_agree(l.value, r.value) ELSE false END) AS agree
    FROM change_pair p
    CROSS JOIN (SELECT unnest(['from', 'to', 'date']) AS property) d
    LEFT JOIN aspect l ON l.ref = p.one AND l.property = d.property
    LEFT JOIN aspect r ON r.ref = p.other AND r.property = d.property
    LEFT JOIN broader_affiliation b ON b.narrow = l.value AND b.wide = r.value
    LEFT JOIN broader_affiliation w ON w.narrow = r.value AND w.wide = l.value
    GROUP BY ALL
)
SELECT one, other, collective, bool_or(known AND property = 'date') AS dated
FROM compared
GROUP BY one, other, collective
HAVING bool_and(agree) AND bool_or(known AND property <> 'date');

-- The pairs of single changes that are one: told by different sources, and where no date tells which is meant, the only
-- one that can be.
CREATE OR REPLACE TEMP TABLE same_change AS
WITH of_one_teller AS (
    SELECT one, other FROM agreement a
    JOIN teller l ON l.ref = a.one JOIN teller r ON r.ref = a.other AND r.teller = l.teller
),
single AS (
    SELECT one, other, dated FROM agreement ANTI JOIN of_one_teller USING (one, other) WHERE NOT collective
)
SELECT one, other, dated,
    greatest(count(*) OVER (PARTITION BY one), count(*) OVER (PARTITION BY other)) AS choices
FROM single;
