-- The pairs of people who may be one by their names, and what each pair shows: of the forms of two names the best counts.
CREATE OR REPLACE TEMP TABLE named_alike AS
WITH exploded AS (
    SELECT id, side, form, unnest(parts) AS part, roots FROM person_form JOIN form_root USING (form)
),
keyed AS (SELECT id, side, form, part, unnest(roots) AS root FROM exploded),
meeting AS (
    SELECT DISTINCT l.id AS ref, r.id AS qid, l.form AS ours, r.form AS theirs
    FROM keyed l JOIN keyed r USING (part, root) WHERE l.side = 'build' AND r.side = 'item'
)
SELECT m.ref, m.qid,
    CASE WHEN l.surname = r.surname AND l.given = r.given AND length(list_last(l.given)) > 1 AND len(l.given) > 1 THEN 'full'
         WHEN l.surname = r.surname AND l.given = r.given THEN 'same'
         WHEN l.surname = r.surname AND l.given[1] = r.given[1] THEN 'first'
         WHEN l.surname = r.surname AND list_has_any(lr.first_roots, rr.first_roots) THEN 'short'
         WHEN l.surname = r.surname AND (list_has_any(lr.first_roots, rr.roots) OR list_has_any(lr.roots, rr.first_roots))
             THEN 'middle'
         WHEN list_has_any(lr.first_roots, rr.first_roots) THEN 'part'
         ELSE 'far' END AS names,
    len(l.given) > 1 AND len(r.given) > 1
        AND len(list_intersect(list_transform(l.given[2:], lambda g: left(g, 1)), list_transform(r.given[2:], lambda g: left(g, 1)))) = 0
        AS other_middles,
    greatest(s.share, o.share, getvariable('rarest')) AS share
FROM meeting m
JOIN person_form l ON l.form = m.ours JOIN form_root lr ON lr.form = m.ours
JOIN person_form r ON r.form = m.theirs JOIN form_root rr ON rr.form = m.theirs
LEFT JOIN name_share s ON s.root = rr.first_roots[1] AND s.surname = r.surname
LEFT JOIN name_share o ON o.root = lr.first_roots[1] AND o.surname = l.surname;

-- A peer who is called by the title alone: the same title, or the family name in it with the same first day in the House.
CREATE OR REPLACE TEMP TABLE entitled_alike AS
SELECT l.id AS ref, r.id AS qid, 'title' AS names
FROM person_title l JOIN person_title r ON r.title = l.title
WHERE l.side = 'build' AND r.side = 'item'
UNION
SELECT l.id, r.id, 'stem'
FROM person_title l
JOIN thing_seat s ON s.ref = l.id AND s.to_the_day AND s.body = 'body/house-of-lords'
JOIN item_seat i ON i.body = s.body AND i.since = s.since AND i.to_the_day
JOIN (
    SELECT id, surname AS stem FROM person_form WHERE side = 'item'
    UNION SELECT id, stem FROM person_title WHERE side = 'item'
) r ON r.id = i.qid AND r.stem = replace(l.stem, ' ', '')
WHERE l.side = 'build';

CREATE OR REPLACE TEMP TABLE alike AS
SELECT ref, qid, names, other_middles, share, bool_or(names = 'title') OVER (PARTITION BY ref, qid) AS same_title
FROM (
    SELECT *, array_position(['full', 'same', 'first', 'short', 'title', 'middle', 'part', 'stem', 'far'], names)
        + if(other_middles, 0.5, 0) AS place
    FROM (
        FROM named_alike
        UNION ALL BY NAME SELECT *, false AS other_middles, NULL AS share FROM entitled_alike
    )
)
QUALIFY row_number() OVER (PARTITION BY ref, qid ORDER BY place, share DESC) = 1;

-- What each seat that an item tells of is beside the seats of the person: the same by its first day, at the same time on
-- the same body, on the same body at another time, or on another body. Days of a change may differ by some.
CREATE OR REPLACE TEMP TABLE seat_beside AS
SELECT a.ref, a.qid, i.body, i.district, i.since, i.party, i.stood_in,
    bool_or(s.body = i.body AND s.to_the_day AND i.to_the_day AND abs(s.since - i.since) <= 7) AS same_day,
    bool_or(s.body = i.body AND i.since IS NOT NULL AND s.since <= coalesce(i.until, current_date)
        AND coalesce(s.until, current_date) + 31 >= i.since) AS same_time,
    bool_or(s.body = i.body) AS same_body,
    bool_or(s.body = i.body AND (i.since IS NULL OR s.since <= coalesce(i.until, current_date)
        AND coalesce(s.until, current_date) + 31 >= i.since)
        AND name_key(s.district) = name_key(i.district)) AS same_district,
    bool_or(s.body = i.body AND name_key(s.district) <> name_key(i.district)
        AND s.since <= coalesce(i.until, current_date) - 60 AND coalesce(s.until, current_date) - 60 >= i.since)
        AS other_district,
    bool_or(abs(year(coalesce(s.until, current_date)) - i.stood_in::INT) <= 25
        OR abs(year(s.since) - i.stood_in::INT) <= 25) AS near_candidacy,
    bool_or(s.body = 'body/house-of-commons' AND year(s.since) - i.stood_in::INT BETWEEN 0 AND 6) AS soon_elected
FROM alike a
JOIN item_seat i USING (qid)
JOIN thing_seat s ON s.ref = a.ref
WHERE i.body IS NOT NULL OR i.stood_in IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE pair_seats AS
SELECT ref, qid,
    count(*) FILTER (same_day) AS same_day,
    count(*) FILTER (same_time) AS same_time,
    count(*) FILTER (same_body AND since IS NULL) AS undated,
    count(*) FILTER (same_body AND since IS NOT NULL AND NOT coalesce(same_time, false)) AS other_time,
    count(*) FILTER (body IS NOT NULL AND NOT same_body) AS other_body,
    bool_or(same_district) AS same_district,
    bool_or(other_district AND NOT coalesce(same_district, false)) AS other_district,
    bool_or(stood_in IS NOT NULL) AS candidate,
    bool_or(near_candidacy) AS near_candidacy, bool_or(soon_elected) AS soon_elected,
    list(DISTINCT body || ' ' || since) FILTER (same_day) AS same_seats
FROM seat_beside GROUP BY ref, qid;

-- Of each person the first and last day that a source tells, and every affiliation.
CREATE OR REPLACE TEMP TABLE person_span AS
SELECT ref, min(since) AS since, max(if(observed, (coalesce(last_seen, '1000') || '-01-01')::DATE, since)) AS last_since,
    max(coalesce(until, current_date)) FILTER (body LIKE 'body/%') AS until,
    list(DISTINCT affiliation) FILTER (affiliation IS NOT NULL) AS affiliations
FROM thing_seat GROUP BY ref;

CREATE OR REPLACE TEMP TABLE pair_person AS
SELECT a.ref, a.qid, a.names, a.other_middles, a.share, a.same_title,
    coalesce(p.same_day, 0) AS same_day, coalesce(p.same_time, 0) AS same_time,
    coalesce(p.undated, 0) AS undated, coalesce(p.other_time, 0) AS other_time, coalesce(p.other_body, 0) AS other_body,
    coalesce(p.same_district, false) AS same_district, coalesce(p.other_district, false) AS other_district,
    coalesce(p.candidate, false) AS candidate, coalesce(p.near_candidacy, false) AS near_candidacy,
    coalesce(p.soon_elected, false) AS soon_elected, coalesce(p.same_seats, []) AS same_seats,
    s.affiliations, w.parties,
    earliest(i.born)::DATE AS born, latest(i.died)::DATE AS died, earliest(i.died)::DATE AS died_from, s.since, s.last_since, s.until,
    i.gender,
    CASE WHEN regexp_matches(t.label, '(?i)^(baroness|lady|countess|dame|viscountess) ') THEN 'female'
         WHEN regexp_matches(t.label, '(?i)^(lord|sir|earl|viscount|baron|bishop|archbishop) ') THEN 'male' END AS addressed,
    list_has_any(t.codes, coalesce(k.codes, [])) AS same_code,
    len(list_intersect(list_transform(t.codes, lambda code: string_split(code, ':')[1]),
        list_transform(coalesce(k.codes, []), lambda code: string_split(code, ':')[1]))) > 0 AS code_of_one_scheme
FROM alike a
JOIN item i USING (qid)
JOIN thing t ON t.ref = a.ref
LEFT JOIN pair_seats p ON p.ref = a.ref AND p.qid = a.qid
LEFT JOIN person_span s ON s.ref = a.ref
LEFT JOIN (
    SELECT qid, list(DISTINCT party) FILTER (party IS NOT NULL) AS parties
    FROM item_affiliation GROUP BY qid
) w ON w.qid = a.qid
LEFT JOIN (SELECT qid, list(code) AS codes FROM item_code GROUP BY qid) k ON k.qid = a.qid;
