-- What the view holds: a value a row. First what the policy chose, then what follows from that.
CREATE OR REPLACE TABLE held AS
SELECT DISTINCT tbl, subject, property, value FROM ranked WHERE rule IN ('many', 'held');

-- A named part of a collective defection takes from the whole what no source says of the part;
-- a change of control that has no date takes the date of what caused it.
CREATE OR REPLACE TABLE inherited AS
SELECT part.tbl, part.subject, whole.property, whole.value, part.value AS basis
FROM held part
JOIN held whole ON whole.subject = part.value
WHERE (
        part.property = 'partOf' AND part.tbl = 'change'
        AND whole.property IN ('fromAffiliation', 'toAffiliation', 'body', 'date', 'mechanism')
        OR part.property = 'causedBy' AND whole.property = 'date'
    )
    AND NOT EXISTS (FROM held h WHERE h.subject = part.subject AND h.property = whole.property);

INSERT INTO held SELECT tbl, subject, property, value FROM inherited;

-- Each change of side that names its member ends one membership and starts another: those that the sources tell
-- of where they agree, else memberships that follow from the change.
CREATE OR REPLACE TEMP TABLE moved AS
SELECT
    subject,
    max(value) FILTER (property = 'defector') AS member,
    max(value) FILTER (property = 'body') AS body,
    max(value) FILTER (property = 'fromAffiliation') AS old,
    max(value) FILTER (property = 'toAffiliation') AS new,
    max(value) FILTER (property = 'date') AS date,
    coalesce(max(value) FILTER (property = 'mechanism'), 'concept/mechanism-changed-affiliation') AS mechanism
FROM held WHERE tbl = 'change' GROUP BY subject
HAVING member IS NOT NULL;

CREATE OR REPLACE TEMP TABLE told AS
SELECT
    subject,
    max(value) FILTER (property = 'member') AS member,
    max(value) FILTER (property = 'organization') AS organization,
    max(value) FILTER (property = 'affiliation') AS affiliation,
    max(value) FILTER (property = 'role') AS role
FROM held WHERE tbl = 'membership' GROUP BY subject;

CREATE OR REPLACE TEMP TABLE step AS  -- which membership each change ends and starts, and whether some source tells of it
SELECT m.subject AS change, 'endsMembership' AS property, m.member, m.body, m.old AS affiliation, m.date, m.mechanism,
    coalesce(t.subject, 'membership/' || split_part(m.subject, '/', 2) || '-before') AS membership, t.subject IS NOT NULL AS told
FROM moved m
LEFT JOIN told t ON t.member = m.member AND t.organization = m.body AND t.affiliation = m.old
WHERE m.body IS NOT NULL AND m.old IS NOT NULL
UNION ALL
SELECT m.subject, 'startsMembership', m.member, m.body, m.new, m.date, 'concept/mechanism-changed-affiliation',
    coalesce(t.subject, 'membership/' || split_part(m.subject, '/', 2) || '-after'), t.subject IS NOT NULL
FROM moved m
LEFT JOIN told t ON t.member = m.member AND t.organization = m.body AND t.affiliation = m.new
WHERE m.body IS NOT NULL AND m.new IS NOT NULL
UNION ALL  -- the rank and file membership of the party itself
SELECT m.subject, 'endsMembership', m.member, m.old, NULL, m.date, m.mechanism, t.subject, true
FROM moved m
JOIN told t ON t.member = m.member AND t.organization = m.old AND t.role = 'concept/role-member';

INSERT INTO held SELECT 'change', change, property, membership FROM step;

INSERT INTO held
SELECT 'membership', membership, cell.property, cell.value
FROM (
    SELECT membership, unnest([
        {'property': 'member', 'value': member},
        {'property': 'organization', 'value': body},
        {'property': 'role', 'value': 'concept/role-elected-member'},
        {'property': 'affiliation', 'value': affiliation},
        {'property': 'derivedFrom', 'value': change}
    ]) AS cell
    FROM step WHERE NOT told
);

INSERT INTO held  -- a change dates the membership that it ends or starts, where nothing else does
SELECT 'membership', membership, CASE property WHEN 'endsMembership' THEN 'end' ELSE 'start' END AS bound, min(date)
FROM step
WHERE date IS NOT NULL AND NOT EXISTS (
    FROM held h WHERE h.subject = membership AND h.property = CASE step.property WHEN 'endsMembership' THEN 'end' ELSE 'start' END)
GROUP BY ALL;

INSERT INTO held
SELECT 'membership', membership,
    CASE property WHEN 'endsMembership' THEN 'endReason' ELSE 'startReason' END AS reason, min(mechanism)
FROM step
WHERE NOT EXISTS (
    FROM held h
    WHERE h.subject = membership AND h.property = CASE step.property WHEN 'endsMembership' THEN 'endReason' ELSE 'startReason' END)
GROUP BY ALL;

-- Whom somebody belongs to now: memberships of a party, or for a party on a body, that have not ended.
INSERT INTO held
SELECT DISTINCT 'person', member.value, 'memberOf', affiliation.value
FROM held member
JOIN held affiliation ON affiliation.subject = member.subject AND (
    affiliation.property = 'affiliation'
    OR affiliation.property = 'organization' AND split_part(affiliation.value, '/', 1) IN ('party', 'group'))
LEFT JOIN held role ON role.subject = member.subject AND role.property = 'role'
WHERE member.property = 'member' AND coalesce(role.value, '') <> 'concept/role-candidate'
    AND NOT EXISTS (FROM held h WHERE h.subject = member.subject AND h.property IN ('end', 'endReason'));

INSERT INTO held
SELECT DISTINCT 'person', value, 'holds', subject FROM held WHERE property = 'member';

-- A change that a document tells of is reported until something confirms or reverses it.
INSERT INTO held
SELECT DISTINCT 'change', subject, 'status', 'concept/status-reported'
FROM held h
WHERE tbl = 'change' AND NOT EXISTS (FROM held s WHERE s.subject = h.subject AND s.property = 'status');
