-- Two claims contradict each other when they give one single-valued property values that cannot both be right.
-- Dates that overlap, and a concept or kind beside a broader one of its own, can.
CREATE OR REPLACE TABLE contradiction AS
SELECT DISTINCT a.claim AS claim, b.claim AS other
FROM candidate a
JOIN candidate b ON b.subject = a.subject AND b.property = a.property AND b.value <> a.value
LEFT JOIN broader n ON n.narrow = a.value AND n.wide = b.value
LEFT JOIN broader w ON w.narrow = b.value AND w.wide = a.value
WHERE a.single AND a.claim IS NOT NULL AND b.claim IS NOT NULL
    AND n.narrow IS NULL AND w.narrow IS NULL
    AND NOT (a.property = 'label' AND EXISTS (  -- a name that it had before is no contradiction
        FROM candidate f WHERE f.subject = a.subject AND f.property = 'formerName' AND f.value IN (a.value, b.value)))
    AND NOT CASE a.value_kind WHEN 'date' THEN may_agree(a.value, b.value) ELSE false END;
