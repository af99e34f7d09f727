-- The candidates of each property in the order of the policy, and by which rule each lost. {keys}, {order} and {lost}
-- come from data/policy.yaml.
CREATE OR REPLACE TABLE ranked AS
WITH keyed AS (SELECT *, {keys} FROM candidate WHERE NOT corrected),
ordered AS (SELECT *, row_number() OVER (PARTITION BY subject, property ORDER BY {order}) AS place FROM keyed),
first AS (FROM ordered WHERE place = 1),
-- A more precise value that agrees with the first is held in its stead: the day within the month, the narrower concept.
winner AS (
    SELECT o.*
    FROM ordered o
    JOIN first f ON f.subject = o.subject AND f.property = o.property
    LEFT JOIN broader b ON b.narrow = o.value AND b.wide = f.value
    WHERE o.value = f.value OR b.narrow IS NOT NULL OR o.value_kind = 'date' AND within(o.value, f.value)
    QUALIFY row_number() OVER (PARTITION BY o.subject, o.property ORDER BY o.vagueness, o.place) = 1
)
SELECT
    r.*,
    CASE
        WHEN NOT r.single THEN 'many'
        WHEN r.value = w.value THEN 'held'
        WHEN b.narrow IS NOT NULL OR r.value_kind = 'date' AND within(w.value, r.value) THEN 'precision'
        {lost}
    END AS rule
FROM ordered r
JOIN first f ON f.subject = r.subject AND f.property = r.property
JOIN winner w ON w.subject = r.subject AND w.property = r.property
LEFT JOIN broader b ON b.narrow = w.value AND b.wide = r.value;
