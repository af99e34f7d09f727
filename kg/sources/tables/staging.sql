-- What the description of a table may ask of a value: each macro gives what is wrong with it, or null.

CREATE OR REPLACE TEMP MACRO text_fault(v) AS CASE WHEN contains(v, chr(0)) THEN 'has a NUL byte in it' END;

-- A date at its own precision, as kg.dates reads it; the months have the days that the calendar gives them.
CREATE OR REPLACE TEMP MACRO date_fault(v) AS CASE
    WHEN NOT regexp_full_match(v, '\d{4}(-\d{2}(-\d{2})?)?') THEN 'is no date: YYYY, YYYY-MM or YYYY-MM-DD'
    WHEN starts_with(v, '0000') OR TRY_CAST(v || substr('-01-01', length(v) - 3) AS DATE) IS NULL
    THEN 'is no date of the calendar' END;

CREATE OR REPLACE TEMP MACRO integer_fault(v) AS CASE
    WHEN NOT regexp_full_match(v, '[+-]?\d+') THEN 'is no whole number'
    WHEN TRY_CAST(v AS BIGINT) IS NULL THEN 'is too large for a whole number' END;

CREATE OR REPLACE TEMP MACRO decimal_fault(v) AS CASE
    WHEN NOT regexp_full_match(v, '[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?') THEN 'is no number' END;

-- The files that were staged, in the order of the description, and what is wrong in their rows.
CREATE OR REPLACE TEMP TABLE staging_file ("table" VARCHAR, file VARCHAR, path VARCHAR);
CREATE OR REPLACE TEMP TABLE staging_fault (
    "table" VARCHAR, file VARCHAR, "row" BIGINT, place INTEGER, "column" VARCHAR, value VARCHAR, reason VARCHAR);
