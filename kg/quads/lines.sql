-- What one predicate says of one thing, as lines in the order of their bytes, each with its end. A line is the thing
-- `s`, then `opening` (the predicate and how its terms begin), a value, `closing` (how its terms end) and `ending` (the
-- graph of a source and the full stop). `held` is the value in the default graph, `told` that in the source's.
CREATE OR REPLACE MACRO lines(s, opening, held, told, closing, ending) AS CASE
    WHEN held = told OR held || closing < told || closing
    THEN concat(s, opening, held, closing, E' .\n', s, opening, told, closing, ending)
    WHEN held <> told THEN concat(s, opening, told, closing, ending, s, opening, held, closing, E' .\n')
    WHEN held IS NOT NULL THEN concat(s, opening, held, closing, E' .\n')
    WHEN told IS NOT NULL THEN concat(s, opening, told, closing, ending)
    ELSE '' END;

-- The same of any number of values.
CREATE OR REPLACE MACRO lines_of_many(s, opening, held, told, closing, ending) AS CASE
    WHEN coalesce(len(held), 0) < 2 AND coalesce(len(told), 0) < 2
    THEN lines(s, opening, held[1], told[1], closing, ending)
    ELSE array_to_string(
        list_sort(list_concat(
            list_transform(list_distinct(held), lambda value: concat(s, opening, value, closing, E' .\n')),
            list_transform(list_distinct(told), lambda value: concat(s, opening, value, closing, ending)))),
        '') END;

-- The part of the sorted lines in which a thing stands: that of its path, or before or after all paths.
CREATE OR REPLACE MACRO section(s) AS CASE
    WHEN starts_with(s, '<https://w3id.org/party-defections/id/') THEN split_part(s, '/', 6)
    WHEN s < '<https://w3id.org/party-defections/id/' THEN ''
    ELSE '~' END;
