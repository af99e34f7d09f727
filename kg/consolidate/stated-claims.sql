-- The claims by the names that the fact tables use, with the place in the document where each is made.
CREATE OR REPLACE TABLE stated_claim AS
SELECT DISTINCT
    c.subject, c.source, c.about, p.property, c.value,
    split_part(c.modality, 'modality-', 2) AS modality,
    s.spanStart AS position
FROM claim c
JOIN property p ON p.curie = c.property
LEFT JOIN (SELECT DISTINCT subject, spanStart FROM span) s ON s.subject = c.selector;
