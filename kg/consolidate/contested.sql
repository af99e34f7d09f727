-- The things among whose accounts the policy chooses: those with several rows, those that somebody claims something of
-- (a claim wants its rank), those of a correction, and those of a row that is neither asserted nor reported. What one
-- row alone says of anything else is held as it stands. {rows} are (subject, modality) of all fact rows.
CREATE OR REPLACE TABLE contested AS
WITH spoken AS ({rows})
SELECT subject FROM spoken GROUP BY subject
HAVING count(*) > 1 OR bool_or(coalesce(modality, 'asserted') NOT IN ('asserted', 'reported'))
UNION
SELECT about FROM claim
UNION
SELECT about FROM correction;
