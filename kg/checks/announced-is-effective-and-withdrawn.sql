-- message: {a}: {b} announced are not the {c} who left and the {d} who stayed
SELECT subject AS a, announcedCount AS b, effectiveCount AS c, withdrawnCount AS d
FROM change
WHERE source = '' AND announcedCount <> effectiveCount + withdrawnCount;
