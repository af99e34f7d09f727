-- Dated states of one council → persons, memberships between states, and changes of side.

CREATE OR REPLACE TEMP TABLE party AS
SELECT label, ec,
    coalesce(p.ref, (SELECT min(e.ref) FROM entity e WHERE e.ec = p.ec), 'party/' || slug(label) || '-' || lower(ec)) AS ref
FROM beside('parties') p;

CREATE OR REPLACE TEMP TABLE sitting AS
SELECT s.*, coalesce(n.first_uid, s.uid) AS person,
    regexp_replace(s.name, '^Councillor ', '') AS full_name,
    regexp_replace(s.name, '^Councillor ((Miss|Mrs|Mr|Ms|Dr|Sir|Dame)\.? )?', '') AS plain,
    'council/' || slug(s.council) || '-data-lab' AS body, 'electorate/' || slug(s.ward) || '-' || slug(s.council) AS electorate,
    coalesce(p.ref, error(format('{} row {}: party: {} is not in parties.csv', s._file, s._row, s.party))) AS affiliation,
    dense_rank() OVER (ORDER BY s.snapshot) AS state
FROM staged.seat s LEFT JOIN party p ON p.label = s.party LEFT JOIN beside('numbers') n USING (uid);

CREATE OR REPLACE TEMP TABLE state AS
SELECT state, snapshot AS day, lag(snapshot) OVER (ORDER BY state) AS before, lead(snapshot) OVER (ORDER BY state) AS after
FROM (SELECT DISTINCT state, snapshot FROM sitting);

CREATE OR REPLACE TEMP TABLE councillor AS
SELECT person, slug(arg_min(plain, snapshot)) || '-' || slug(any_value(council)) || '-' || person AS slug,
    arg_max(plain, snapshot) AS label, list(DISTINCT full_name) AS names, list(DISTINCT uid) AS uids
FROM sitting GROUP BY person;

INSERT INTO person BY NAME
SELECT this_source() AS source, 'person/' || slug AS subject, label,
    nullif(list_sort(list_filter(names, lambda name: name <> label)), []) AS altLabel,
    list_sort(list_transform(uids, lambda uid: 'trafford:' || uid)) AS identifier
FROM councillor;

INSERT INTO body BY NAME
SELECT DISTINCT this_source() AS source, body AS subject, council AS label, ['la:' || la] AS identifier FROM sitting;

INSERT INTO electorate BY NAME
SELECT DISTINCT this_source() AS source, electorate AS subject, ward AS label, body FROM sitting;

INSERT INTO affiliation BY NAME
SELECT this_source() AS source, ref AS subject, max(label) AS label, if(min(label) = max(label), NULL, [min(label)]) AS altLabel,
    any_value(ec) AS electoralCommissionId, if(any_value(ec) IS NULL, NULL, ['ec:' || any_value(ec)]) AS identifier
FROM party SEMI JOIN sitting ON sitting.party = party.label GROUP BY ref;

-- A membership lasts through neighbouring states as long as ward and affiliation stay the same. It began and ended between
-- two states; what the first state shows began by then, and what the last shows is not known to have ended.
CREATE OR REPLACE TEMP TABLE stay AS
WITH marked AS (
    SELECT *, state IS DISTINCT FROM lag(state) OVER mine + 1 OR affiliation <> lag(affiliation) OVER mine
        OR electorate <> lag(electorate) OVER mine AS begins
    FROM sitting WINDOW mine AS (PARTITION BY person ORDER BY state)
),
numbered AS (SELECT *, count(*) FILTER (begins) OVER (PARTITION BY person ORDER BY state) AS nth FROM marked)
SELECT person, nth, any_value(body) AS body, any_value(electorate) AS electorate, any_value(affiliation) AS affiliation,
    min(state) AS first_state, max(state) AS last_state, list(DISTINCT left(snapshot, 4)) AS years
FROM numbered GROUP BY person, nth;

CREATE OR REPLACE TEMP TABLE membership_of AS
SELECT s.*, c.slug, 'membership/' || c.slug || '-' || a.day AS ref,
    coalesce(a.before, '..') || '/' || a.day AS began, z.day || '/' || z.after AS ended
FROM stay s JOIN councillor c USING (person) JOIN state a ON a.state = first_state JOIN state z ON z.state = last_state;

INSERT INTO membership BY NAME
SELECT this_source() AS source, ref AS subject, 'person/' || slug AS member, body AS organization,
    'concept/role-elected-member' AS role, affiliation, electorate, began AS start, ended AS "end", list_sort(years) AS observedIn
FROM membership_of;

-- Changes of side are ours: the file shows two labels, and the rules say what that means.
CREATE OR REPLACE TEMP TABLE label_pair AS
WITH neighbour AS (
    SELECT a.person, a.uid, a.body, a.party AS from_label, b.party AS to_label, a.affiliation AS from_ref, b.affiliation AS to_ref,
        a.snapshot AS earlier, b.snapshot AS later, a.state, a.ward = b.ward AS same_ward,
        EXISTS (FROM beside('elections') WHERE day > a.snapshot AND day <= b.snapshot) AS election
    FROM sitting a JOIN sitting b ON b.person = a.person AND b.state = a.state + 1 AND b.party <> a.party
)
SELECT *, {rules} AS rule FROM neighbour;

SELECT error(format('no rule of rules.yaml says what became of {} between {} and {}', uid, earlier, later))
FROM label_pair WHERE rule IS NULL;

CREATE OR REPLACE TEMP TABLE changed AS
SELECT p.*, c.label, c.slug, r.verdict AS kind, 'defection/' || c.slug || '-' || left(p.later, 4) AS ref,
    a.ref AS ends, b.ref AS starts, p.later = (SELECT max(day) FROM state) AS last
FROM label_pair p JOIN rule r ON r.name = p.rule AND r.verdict <> 'none' JOIN councillor c USING (person)
JOIN membership_of a ON a.person = p.person AND a.last_state = p.state
JOIN membership_of b ON b.person = p.person AND b.first_state = p.state + 1;

INSERT INTO change BY NAME
SELECT 'source/inferred-changes' AS source, ref AS subject, kind,
    label || ': ' || from_label || ' to ' || to_label || ' (by ' || left(later, 4) || ')' AS label,
    'person/' || slug AS defector,
    from_ref AS fromAffiliation, to_ref AS toAffiliation, body, earlier || '/' || later AS date,
    'concept/mechanism-changed-affiliation' AS mechanism, 'concept/status-inferred' AS status,
    if(last, '0.9', '0.95') AS confidence,
    list_filter(['concept/evidence-stable-identifier', 'concept/evidence-same-ward', if(last, 'concept/evidence-last-roster', NULL)],
        lambda reason: reason IS NOT NULL) AS confidenceReason,
    [ends] AS endsMembership, [starts] AS startsMembership
FROM changed;

INSERT INTO claim BY NAME
SELECT 'source/inferred-changes' AS source,
    'claim/inferred-changes-' || left(sha256(concat_ws(' ', ref, 'rdf:type', kind, earlier, later)), 16) AS subject,
    ref AS about, 'rdf:type' AS property, kind AS value, 'kind' AS valueKind, 'source/inferred-changes' AS statedIn,
    'concept/modality-asserted' AS modality, ['trafford:' || uid || '/' || earlier, 'trafford:' || uid || '/' || later] AS row,
    [ends, starts] AS derivedFrom
FROM changed;

-- What became of every pair, changes or not, and by which rule.
INSERT INTO judged BY NAME
SELECT this_source() AS source, 'person/' || c.slug AS person, p.body, p.earlier, p.from_label AS earlierLabel,
    p.later, p.to_label AS laterLabel, if(r.verdict = 'none', 'not-a-change', 'change') AS verdict, p.rule, trim(r.because) AS reason,
    d.ref AS "change", 'trafford:' || p.uid || '/' || p.earlier AS earlierRow, 'trafford:' || p.uid || '/' || p.later AS laterRow
FROM label_pair p JOIN rule r ON r.name = p.rule JOIN councillor c USING (person)
LEFT JOIN changed d ON d.person = p.person AND d.state = p.state;
