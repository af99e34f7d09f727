-- The dates of items that no calendar has, the first of them by its item.
SELECT qid, told
FROM (
    SELECT qid, unnest([born, died]) AS told FROM item
    UNION ALL SELECT qid, unnest([since, until]) FROM item_office
)
WHERE told IS NOT NULL AND (TRY(earliest(told)::DATE) IS NULL OR TRY(latest(told)::DATE) IS NULL)
ORDER BY qid, told LIMIT 1;
