-- message: {a} says that {b} left for {c}, where a membership of the same body shows them already before
SELECT DISTINCT c.subject AS a, c.defector AS b, c.toAffiliation AS c
FROM change c
JOIN membership m ON m.member = c.defector AND m.organization = c.body AND m.affiliation = c.toAffiliation
WHERE c.source = '' AND m.source = ''
    AND latest(m.start) < earliest(c.date)
    AND (m."end" IS NULL OR earliest(m."end") > earliest(c.date));
