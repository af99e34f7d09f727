-- The colour that the package draws each affiliation in. It names parties of a century; affiliations.csv says which of
-- its rows are affiliations that have an identity here, and the colours of the others are not read.

INSERT INTO affiliation BY NAME
SELECT this_source() AS source,
    coalesce(a.ref, (SELECT min(e.ref) FROM entity e WHERE e.ec = a.ec), 'party/' || slug(c.name) || '-' || lower(a.ec)) AS subject,
    c.name AS label, upper(c.colour) AS colour, if(a.ec IS NULL, NULL, ['ec:' || a.ec]) AS identifier
FROM staged.colour c
JOIN beside('affiliations') a USING (id);
