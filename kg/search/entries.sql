-- What can be found: entry(ref, kind, label, description, weight, names, identifiers, context), from the view.
-- A description tells namesakes apart in a line; its parts stand in the order of what a reader asks first. The weight
-- says how much the graph knows of a thing, and so which of two that fit alike comes first.
-- Given are kind_label and concept_label, and path_kind: the kind of a thing whose row names none.
CREATE OR REPLACE TEMP MACRO kind_of(kind, ref) AS
    coalesce(kind, (SELECT p.kind FROM path_kind p WHERE p.path = split_part(ref, '/', 1)));
CREATE OR REPLACE TEMP MACRO year_of(t) AS left(t, 4);
CREATE OR REPLACE TEMP MACRO span(since, until) AS
    CASE WHEN since = until THEN since
         WHEN since IS NOT NULL AND until IS NOT NULL THEN since || '–' || until
         WHEN since IS NOT NULL THEN 'since ' || since
         WHEN until IS NOT NULL THEN 'until ' || until END;
CREATE OR REPLACE TEMP MACRO told_date(t) AS
    CASE WHEN contains(t, '/') THEN span(year_of(earliest(t)), year_of(latest(t)))
         ELSE CASE length(t)
             WHEN 7 THEN strftime((t || '-01')::DATE, '%B %Y')
             WHEN 10 THEN strftime(t::DATE, '%-d %B %Y')
             ELSE t END END;
CREATE OR REPLACE TEMP MACRO joined(parts, separator) AS
    nullif(array_to_string(list_filter(parts, lambda part: part IS NOT NULL AND part <> ''), separator), '');
CREATE OR REPLACE TEMP MACRO all_of(lists) AS
    list_sort(list_distinct(list_filter(flatten(list_filter(lists, lambda l: l IS NOT NULL)), lambda t: t IS NOT NULL)));
CREATE OR REPLACE TEMP MACRO qids(matches) AS
    list_transform(list_filter(matches, lambda uri: contains(uri, 'wikidata.org/entity/')),
        lambda uri: regexp_extract(uri, '[^/]*$'));

-- Each office of a person: a role on a body, from the first to the last year that is known of it.
CREATE OR REPLACE TEMP TABLE term AS
SELECT
    member, organization, role, affiliation, electorate,
    least(year_of(latest(start)), list_min(observedIn)) AS since,
    coalesce(list_max(observedIn), year_of(earliest("end"))) AS until,
    latest("end") AS ended, CASE WHEN "end" IS NULL AND observedIn IS NULL THEN earliest(start) END AS open_since
FROM membership WHERE source = '';

-- Who stood for election, where and for what.
CREATE OR REPLACE TEMP TABLE candidacy AS
SELECT r.candidate AS member, e.label AS electorate, a.label AS affiliation, b.label AS body, c.label AS contest
FROM result r
LEFT JOIN contest k ON k.subject = r.contest AND k.source = ''
LEFT JOIN label_of c ON c.subject = r.contest
LEFT JOIN label_of e ON e.subject = r.electorate
LEFT JOIN label_of a ON a.subject = r.affiliation
LEFT JOIN label_of b ON b.subject = k.body
WHERE r.source = '' AND r.candidate IS NOT NULL;

CREATE OR REPLACE TEMP TABLE office AS
SELECT member, joined([told, span], ', ') AS told, last
FROM (
    SELECT
        t.member,
        CASE t.role WHEN 'concept/role-elected-member'
            THEN if(starts_with(t.organization, 'council/'), 'councillor, ', 'member, ') || o.label
            ELSE joined([r.label, o.label], ', ') END AS told,
        CASE WHEN max(open_since) > coalesce(max(ended), '') THEN span(min(since), NULL)
            ELSE span(min(since), max(until)) END AS span,
        max(coalesce(until, since)) AS last
    FROM term t
    LEFT JOIN label_of o ON o.subject = t.organization
    LEFT JOIN concept_label r ON r.concept = t.role
    GROUP BY t.member, t.role, t.organization, o.label, r.label
);

CREATE OR REPLACE TEMP TABLE side AS
SELECT member, l.label, min(since) AS first
FROM term t JOIN label_of l ON l.subject = t.affiliation
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE surroundings AS  -- what a person is found by beside the name
SELECT member, string_agg(DISTINCT label, ' ' ORDER BY label) AS context
FROM (
    SELECT member, unnest([o.label, a.label, e.label, b.label]) AS label
    FROM term t
    LEFT JOIN label_of o ON o.subject = t.organization
    LEFT JOIN label_of a ON a.subject = t.affiliation
    LEFT JOIN label_of e ON e.subject = t.electorate
    LEFT JOIN electorate w ON w.subject = t.electorate AND w.source = ''
    LEFT JOIN label_of b ON b.subject = w.body
    UNION ALL
    SELECT member, unnest([electorate, affiliation, body, contest]) FROM candidacy
)
GROUP BY member;

CREATE OR REPLACE TEMP TABLE uses AS  -- how often memberships and changes of side name a thing
SELECT ref, count(*) AS times
FROM (
    SELECT unnest(list_distinct([member, organization, affiliation, electorate])) AS ref FROM term
    UNION ALL
    SELECT unnest(list_distinct([defector, fromAffiliation, toAffiliation, body])) FROM change WHERE source = ''
)
WHERE ref IS NOT NULL GROUP BY ref;

CREATE OR REPLACE TEMP TABLE entry AS
SELECT
    p.subject AS ref, kind_of(p.kind, p.subject) AS kind, p.label, coalesce(joined([o.told, s.told], '; '), d.told) AS description, coalesce(u.times, 0) AS weight,
    all_of([[p.label], p.altLabel, n.names]) AS names,
    all_of([p.identifier, p.notation, p.exactMatch, qids(p.exactMatch)]) AS identifiers,
    c.context
FROM person p
LEFT JOIN (
    SELECT member, array_to_string(list(told ORDER BY last DESC NULLS LAST, told)[:2], '; ') AS told
    FROM office GROUP BY member
) o ON o.member = p.subject
LEFT JOIN (
    SELECT member, array_to_string(list(label ORDER BY first NULLS FIRST, label)[:3], ', ') AS told
    FROM side GROUP BY member
) s ON s.member = p.subject
LEFT JOIN (
    SELECT member, min(joined(['candidate', contest, affiliation], ', ')) AS told FROM candidacy GROUP BY member
) d ON d.member = p.subject
LEFT JOIN (SELECT nameOf, list(label) AS names FROM name WHERE source = '' GROUP BY nameOf) n ON n.nameOf = p.subject
LEFT JOIN surroundings c ON c.member = p.subject
LEFT JOIN uses u ON u.ref = p.subject
WHERE p.source = ''
UNION ALL
SELECT
    a.subject, k.kind, a.label,
    joined([
        CASE k.kind WHEN 'status' THEN 'status' ELSE k.label END, g.label,
        'founded ' || told_date(a.founded), 'registered ' || told_date(a.registered),
        'dissolved ' || told_date(a.dissolved)], ', '),
    coalesce(u.times, 0),
    all_of([[a.label], a.altLabel, a.formerName]),
    all_of([a.identifier, a.notation, [a.electoralCommissionId], a.exactMatch, qids(a.exactMatch)]),
    NULL
FROM affiliation a
JOIN kind_label k ON k.kind = kind_of(a.kind, a.subject)
LEFT JOIN label_of g ON g.subject = a.groupOf
LEFT JOIN uses u ON u.ref = a.subject
WHERE a.source = ''
UNION ALL
SELECT
    b.subject, k.kind, b.label,
    joined([coalesce(t.label, k.label), r.label, span(year_of(earliest(b.start)), year_of(latest(b."end")))], ', '),
    coalesce(u.times, 0),
    all_of([[b.label], b.altLabel]),
    all_of([b.identifier, b.notation, [b.gss], b.exactMatch, qids(b.exactMatch)]),
    r.label
FROM body b
JOIN kind_label k ON k.kind = kind_of(b.kind, b.subject)
LEFT JOIN concept_label t ON t.concept = b.councilType
LEFT JOIN label_of r ON r.subject = b.region
LEFT JOIN uses u ON u.ref = b.subject
WHERE b.source = ''
UNION ALL
SELECT
    e.subject, kind_of(e.kind, e.subject), e.label,
    joined([
        CASE WHEN starts_with(e.body, 'council/') THEN 'ward or division' ELSE 'constituency' END, b.label,
        span(year_of(earliest(e.start)), year_of(latest(e."end")))], ', '),
    coalesce(u.times, 0),
    all_of([[e.label], e.altLabel]),
    all_of([e.identifier, e.notation, [e.gss], e.exactMatch, qids(e.exactMatch)]),
    b.label
FROM electorate e
LEFT JOIN label_of b ON b.subject = e.body
LEFT JOIN uses u ON u.ref = e.subject
WHERE e.source = ''
UNION ALL
SELECT
    c.subject, k.kind, c.label,
    joined([k.label, told_date(c.date), s.label], ', '),
    coalesce(c.effectiveCount, 1),
    all_of([[c.label], c.altLabel]),
    all_of([c.identifier, c.notation, c.exactMatch, qids(c.exactMatch)]),
    joined([p.label, b.label, f.label, t.label], ' ')
FROM change c
JOIN kind_label k ON k.kind = kind_of(c.kind, c.subject)
LEFT JOIN concept_label s ON s.concept = c.status
LEFT JOIN label_of p ON p.subject = c.defector
LEFT JOIN label_of b ON b.subject = c.body
LEFT JOIN label_of f ON f.subject = c.fromAffiliation
LEFT JOIN label_of t ON t.subject = c.toAffiliation
WHERE c.source = ''
UNION ALL
SELECT
    s.subject, k.kind, coalesce(s.label, s.title),
    joined([k.label, s.publisher, told_date(s.issued)], ', '),
    1,
    all_of([[s.label, s.title, s.publisher], s.altLabel]),
    all_of([s.identifier, s.notation, [s.url], s.exactMatch, qids(s.exactMatch)]),
    s.publisher
FROM source s
JOIN kind_label k ON k.kind = kind_of(s.kind, s.subject)
WHERE s.source = '';

-- In the order of their weight, so that whoever reads the index in the order of its rows meets the weightiest first.
SELECT
    ref, kind, label, coalesce(description, '') AS description, weight, names, identifiers,
    concat_ws(' ', description, context) AS context
FROM entry WHERE label IS NOT NULL ORDER BY weight DESC, ref;
