-- message: the claim {a} of {b} names no characters of its document, no row of its table and no value that it was derived from
SELECT c.subject AS a, c.statedIn AS b
FROM claim c
LEFT JOIN (FROM span WHERE source = '') s ON s.subject = c.selector
WHERE c.source = '' AND s.sha256 IS NULL AND len(coalesce(c."row", [])) + len(coalesce(c.derivedFrom, [])) = 0;
