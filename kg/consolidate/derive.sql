-- What follows from what the view holds: the rows whose source is '' are the view.

-- A person is also known by the names that other sources give.
UPDATE person SET altLabel = list_sort(list_distinct(list_filter(
    list_concat(coalesce(person.altLabel, []), r.names), lambda name: name <> person.label)))
FROM (
    SELECT subject, list(value) AS names FROM ranked
    WHERE tbl = 'person' AND property = 'label' AND rule NOT IN ('many', 'held') GROUP BY subject
) r
WHERE r.subject = person.subject AND person.source = '';

-- A named part of a collective defection takes from the whole what no source says of the part, or says more vaguely;
-- a change of control that has no date takes the date of what caused it, and a county without a region that of its
-- districts.
CREATE OR REPLACE TABLE inherited AS
SELECT 'change' AS tbl, subject, cell.property, cell.value, [basis] AS basis
FROM (
    SELECT part.subject, whole.subject AS basis, unnest([
        {'property': 'fromAffiliation', 'value': whole.fromAffiliation, 'own': part.fromAffiliation},
        {'property': 'toAffiliation', 'value': whole.toAffiliation, 'own': part.toAffiliation},
        {'property': 'body', 'value': whole.body, 'own': part.body},
        {'property': 'date', 'value': whole.date, 'own': part.date},
        {'property': 'mechanism', 'value': whole.mechanism, 'own': part.mechanism}
    ]) AS cell
    FROM change part
    JOIN change whole ON whole.subject = part.partOf AND whole.source = ''
    WHERE part.source = ''
)
LEFT JOIN broader b ON b.narrow = cell.value AND b.wide = cell.own
WHERE cell.value IS NOT NULL AND (
    cell.own IS NULL OR b.narrow IS NOT NULL
    OR CASE cell.property WHEN 'date' THEN cell.value <> cell.own AND within(cell.value, cell.own) ELSE false END)
UNION ALL
SELECT 'control', c.subject, 'date', cause.date, [cause.subject]
FROM (SELECT subject, unnest(causedBy) AS cause FROM control WHERE source = '' AND date IS NULL) c
JOIN (
    SELECT subject, date FROM change WHERE source = '' AND date IS NOT NULL
    UNION ALL SELECT subject, date FROM contest WHERE source = '' AND date IS NOT NULL
) cause ON cause.subject = c.cause
UNION ALL
SELECT 'body', c.subject, 'region', any_value(d.region), list(d.subject ORDER BY d.subject)
FROM body c JOIN body d ON d.county = c.subject AND d.source = '' AND d.region IS NOT NULL
WHERE c.source = '' AND c.region IS NULL
GROUP BY c.subject HAVING count(DISTINCT d.region) = 1;

UPDATE change SET
    fromAffiliation = coalesce(i.fromAffiliation, change.fromAffiliation),
    toAffiliation = coalesce(i.toAffiliation, change.toAffiliation),
    body = coalesce(i.body, change.body),
    date = coalesce(i.date, change.date),
    mechanism = coalesce(i.mechanism, change.mechanism)
FROM (
    SELECT
        subject,
        max(value) FILTER (property = 'fromAffiliation') AS fromAffiliation,
        max(value) FILTER (property = 'toAffiliation') AS toAffiliation,
        max(value) FILTER (property = 'body') AS body,
        max(value) FILTER (property = 'date') AS date,
        max(value) FILTER (property = 'mechanism') AS mechanism
    FROM inherited WHERE tbl = 'change' GROUP BY subject
) i
WHERE i.subject = change.subject AND change.source = '';

UPDATE control SET date = i.date
FROM (SELECT subject, max(value) AS date FROM inherited WHERE tbl = 'control' GROUP BY subject) i
WHERE i.subject = control.subject AND control.source = '';

UPDATE body SET region = i.value
FROM (FROM inherited WHERE tbl = 'body') i
WHERE i.subject = body.subject AND body.source = '';

-- Each change of side that names its member ends one membership and starts another: those that its sources name, those
-- of its member, body, side and time that sources tell of, and where there are none those that follow from the change.
CREATE OR REPLACE TEMP TABLE moved AS
SELECT
    subject, defector AS member, body, fromAffiliation AS old, toAffiliation AS new, date,
    coalesce(mechanism, 'concept/mechanism-changed-affiliation') AS mechanism, endsMembership, startsMembership,
    endsMembership IS NOT NULL OR startsMembership IS NOT NULL AS named
FROM change WHERE source = '' AND defector IS NOT NULL;

CREATE OR REPLACE TEMP TABLE told AS
SELECT subject, member, organization, affiliation, role, start, "end"
FROM membership SEMI JOIN moved USING (member)
WHERE source = '';

CREATE OR REPLACE TEMP MACRO day_before(t) AS strftime(earliest(t)::DATE - 1, '%Y-%m-%d');

CREATE OR REPLACE TEMP TABLE step AS  -- which membership each change ends and starts, and whether some source tells of it
SELECT subject AS change, 'end' AS bound, member, body, old AS affiliation, date, mechanism, unnest(endsMembership) AS membership, true AS told
FROM moved
UNION ALL
SELECT subject, 'start', member, body, new, date, 'concept/mechanism-changed-affiliation', unnest(startsMembership), true
FROM moved
UNION ALL
SELECT m.subject, 'end', m.member, m.body, m.old, m.date, m.mechanism,
    coalesce(t.subject, 'membership/' || split_part(m.subject, '/', 2) || '-before'), t.subject IS NOT NULL
FROM moved m
LEFT JOIN told t ON t.member = m.member AND t.organization = m.body AND t.affiliation = m.old
    AND may_agree(t.start, '../' || coalesce(m.date, '..')) AND may_agree(t."end", coalesce(day_before(m.date), '..') || '/..')
WHERE m.body IS NOT NULL AND m.old IS NOT NULL AND (t.subject IS NOT NULL OR NOT m.named)
UNION ALL
SELECT m.subject, 'start', m.member, m.body, m.new, m.date, 'concept/mechanism-changed-affiliation',
    coalesce(t.subject, 'membership/' || split_part(m.subject, '/', 2) || '-after'), t.subject IS NOT NULL
FROM moved m
LEFT JOIN told t ON t.member = m.member AND t.organization = m.body AND t.affiliation = m.new
    AND may_agree(t.start, m.date)
WHERE m.body IS NOT NULL AND m.new IS NOT NULL AND (t.subject IS NOT NULL OR NOT m.named)
UNION ALL  -- the rank and file membership of the party itself
SELECT m.subject, 'end', m.member, m.old, NULL, m.date, m.mechanism, t.subject, true
FROM moved m
JOIN told t ON t.member = m.member AND t.organization = m.old AND t.role = 'concept/role-member';

UPDATE change SET endsMembership = s.ends, startsMembership = s.starts
FROM (
    SELECT
        change,
        list(DISTINCT membership ORDER BY membership) FILTER (bound = 'end') AS ends,
        list(DISTINCT membership ORDER BY membership) FILTER (bound = 'start') AS starts
    FROM step GROUP BY change
) s
WHERE s.change = change.subject AND change.source = '';

INSERT INTO membership BY NAME
SELECT
    '' AS source, membership AS subject, 'asserted' AS modality, member, body AS organization,
    'concept/role-elected-member' AS role, affiliation, change AS derivedFrom
FROM step WHERE NOT told;

UPDATE membership SET  -- a change dates the membership that it ends or starts, where nothing else does
    "start" = coalesce(membership.start, s.start),
    "end" = coalesce(membership."end", s."end"),
    startReason = coalesce(membership.startReason, s.startReason),
    endReason = coalesce(membership.endReason, s.endReason)
FROM (
    SELECT
        membership,
        min(date) FILTER (bound = 'start') AS start,
        min(date) FILTER (bound = 'end') AS "end",
        min(mechanism) FILTER (bound = 'start') AS startReason,
        min(mechanism) FILTER (bound = 'end') AS endReason
    FROM step GROUP BY membership
) s
WHERE s.membership = membership.subject AND membership.source = '';

-- All memberships of a person, and whom they belong to now: memberships of a party, or for a party on a body, that
-- have not ended. An end that is open, as in 2025/.., need not have come.
UPDATE person SET holds = m.holds, memberOf = m.memberOf
FROM (
    SELECT
        member,
        list(DISTINCT subject ORDER BY subject) AS holds,
        list(DISTINCT belongs ORDER BY belongs) FILTER (belongs IS NOT NULL) AS memberOf
    FROM (
        SELECT member, subject, unnest([
            CASE WHEN goes_on THEN affiliation END,
            CASE WHEN goes_on AND split_part(organization, '/', 1) IN ('party', 'group') THEN organization END
        ]) AS belongs
        FROM (
            SELECT *,
                ("end" IS NULL OR "end" LIKE '%/..') AND endReason IS NULL
                AND coalesce(role, '') <> 'concept/role-candidate' AS goes_on
            FROM membership WHERE source = '' AND member IS NOT NULL
        )
    )
    GROUP BY member
) m
WHERE m.member = person.subject AND person.source = '';

-- A change that a document tells of is reported until something confirms or reverses it.
UPDATE change SET status = 'concept/status-reported' WHERE source = '' AND status IS NULL;
