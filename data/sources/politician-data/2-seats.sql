-- organizations, posts and memberships → affiliations, electorates and seats.

-- What each organisation of the source is: a chamber, a party or group, a status, a kind of seat, an office, or none.
CREATE OR REPLACE TEMP TABLE organization AS
    SELECT * FROM read_csv(getvariable('folder') || '/organizations.csv', header = true, all_varchar = true);
CREATE OR REPLACE TEMP TABLE reason AS
    SELECT * FROM read_csv(getvariable('folder') || '/reasons.csv', header = true, all_varchar = true);
SELECT error('politician-data: organizations.csv does not tell what ' || id || ' is')
    FROM staged.organizations WHERE id NOT IN (SELECT organization FROM organization);

INSERT INTO affiliation BY NAME
    WITH named AS (
        SELECT o.ref, s.id, s.name, i.identifier AS item, count(DISTINCT o.ref) OVER (PARTITION BY s.id) AS refs
        FROM staged.organizations s JOIN organization o ON o.organization = s.id
        LEFT JOIN staged.organization_identifiers i ON i.organization_id = s.id
        WHERE o."is" IN ('party', 'group', 'status', 'seat'))
    SELECT this_source() AS source, ref AS subject, list(DISTINCT name ORDER BY name) AS altLabel,
        list(DISTINCT 'politician-data:' || id ORDER BY 'politician-data:' || id) FILTER (refs = 1) AS identifier,
        list(DISTINCT 'http://www.wikidata.org/entity/' || item) FILTER (item IS NOT NULL) AS exactMatch
    FROM named GROUP BY ref;

INSERT INTO body BY NAME
    SELECT this_source() AS source, ref AS subject, ['politician-data:' || organization] AS identifier
    FROM organization WHERE "is" = 'chamber' AND organization IN (
        SELECT organization_id FROM staged.posts UNION SELECT organization_id FROM staged.memberships);

-- Where the source gives a name as the code, the code is left out and the electorate says so.
CREATE OR REPLACE TEMP TABLE seat AS
    SELECT p.*, 'electorate/' || slug(p.area_name) || '-' || key_of(p.id) AS ref, o.ref AS body
    FROM staged.posts p JOIN organization o ON o.organization = p.organization_id;

INSERT INTO electorate BY NAME
    WITH code AS (
        SELECT post_id, any_value(identifier) FILTER (scheme = 'gss') AS gss,
            any_value(identifier) FILTER (scheme = 'wikidata') AS item FROM staged.post_identifiers GROUP BY post_id)
    SELECT this_source() AS source, s.ref AS subject, written(s.area_name) AS label, s.body,
        CASE WHEN regexp_full_match(c.gss, '[A-Z]\d{8}') THEN c.gss END AS gss,
        s.start_date AS start, s.end_date AS "end",
        list_filter([publicwhip(s.id), CASE WHEN regexp_full_match(c.gss, '[A-Z]\d{8}') THEN 'gss:' || c.gss END],
            lambda i: i IS NOT NULL) AS identifier,
        CASE WHEN c.item IS NOT NULL THEN ['http://www.wikidata.org/entity/' || c.item] END AS exactMatch,
        CASE WHEN NOT regexp_full_match(c.gss, '[A-Z]\d{8}')
             THEN ['The source has "' || c.gss || '" in the place of a GSS code.'] END AS note
    FROM seat s LEFT JOIN code c ON c.post_id = s.id;

-- A membership is a seat in a chamber; what is none is listed with the reason, and yields no membership.
CREATE OR REPLACE TABLE left_out AS
    SELECT id AS "row", 'Only redirects to ' || redirect || ', which has the facts.' AS reason
    FROM staged.memberships WHERE redirect IS NOT NULL
    UNION ALL SELECT m.id, o.note FROM staged.memberships m JOIN organization o ON o.organization = m.organization_id
    WHERE o."is" = 'none';

CREATE OR REPLACE TEMP TABLE sitting AS
    SELECT m.id, 'membership/' || p.slug || '-' || key_of(m.id) AS ref, coalesce(r.person, m.person_id) AS person,
        p.slug, p.ref AS person_ref, coalesce(s.body, c.ref) AS body, s.ref AS electorate, s.label AS post,
        m.on_behalf_of_id AS organization, coalesce(own.ref, anywhere.ref) AS affiliation,
        coalesce(own."is", anywhere."is") AS "is",
        m.start_date AS started, m.start_reason, m.end_date AS ended, m.end_reason
    FROM staged.memberships m
    LEFT JOIN merged r ON r.id = m.person_id
    JOIN someone p ON p.id = coalesce(r.person, m.person_id)
    LEFT JOIN seat s ON s.id = m.post_id
    LEFT JOIN organization c ON c.organization = m.organization_id
    LEFT JOIN organization own ON own.organization = m.on_behalf_of_id
        AND own.chamber = coalesce(s.organization_id, m.organization_id)
    LEFT JOIN organization anywhere ON anywhere.organization = m.on_behalf_of_id AND anywhere.chamber IS NULL
    WHERE m.id NOT IN (SELECT "row" FROM left_out);
SELECT error('politician-data: ' || id || ' is neither a seat in a chamber nor a redirect')
    FROM staged.memberships
    WHERE id NOT IN (SELECT "row" FROM left_out UNION ALL SELECT id FROM sitting WHERE body IS NOT NULL);

INSERT INTO membership BY NAME
    WITH identifiers AS (
        SELECT id, list(DISTINCT identifier ORDER BY identifier) AS list FROM (
            SELECT id, publicwhip(id) AS identifier FROM sitting
            UNION ALL SELECT redirect, publicwhip(id) FROM staged.memberships WHERE redirect IS NOT NULL
            UNION ALL SELECT membership_id, scheme_of(scheme) || ':' || identifier FROM staged.membership_identifiers
                WHERE scheme <> 'peeragetype')
        GROUP BY id)
    SELECT this_source() AS source, s.ref AS subject, s.person_ref AS member, s.body AS organization,
        CASE WHEN s."is" = 'office' THEN 'concept/role-presiding-officer'
             WHEN s.post = 'Mayor of London' THEN 'concept/role-mayor'
             ELSE 'concept/role-elected-member' END AS role,
        s.affiliation, s.electorate, s.started AS start, s.ended AS "end",
        b.starts AS startReason, e.ends AS endReason, i.list AS identifier
    FROM sitting s JOIN identifiers i ON i.id = s.id
    LEFT JOIN reason b ON b.reason = s.start_reason LEFT JOIN reason e ON e.reason = s.end_reason;
