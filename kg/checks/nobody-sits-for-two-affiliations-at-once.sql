-- message: {a} surely sits for two affiliations of {b} at once: {c} and {d}
-- A table's own dates can overlap by a few days, and two tables can see a change on different days: a warning.
WITH held AS (
    SELECT
        member, organization, affiliation, subject, identifier IS NOT NULL OR observedIn IS NOT NULL AS of_table,
        latest(start) AS start, "end" IS NULL AS goes_on, earliest("end") AS "end"
    FROM membership WHERE source = '' AND latest(start) IS NOT NULL
)
SELECT
    one.member AS a, one.organization AS b, one.subject AS c, other.subject AS d,
    one.of_table OR other.of_table AS warning
FROM held one
JOIN held other USING (member, organization)
WHERE one.subject < other.subject AND one.affiliation <> other.affiliation
    AND (one.goes_on OR one."end" > other.start)
    AND (other.goes_on OR other."end" > one.start);
