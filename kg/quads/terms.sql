-- How lexical values become N-Quads terms. A reference such as "party/labour" is the path of an IRI below …/id/.
CREATE OR REPLACE MACRO iri(ref) AS '<https://w3id.org/party-defections/id/' || ref || '>';
CREATE OR REPLACE MACRO escaped(t) AS CASE
    WHEN contains(t, '\') OR contains(t, '"') OR contains(t, chr(10)) OR contains(t, chr(13)) OR contains(t, chr(9))
    THEN replace(replace(replace(replace(replace(t, '\', '\\'), '"', '\"'), chr(10), '\n'), chr(13), '\r'), chr(9), '\t')
    ELSE t END;
CREATE OR REPLACE MACRO plain_string(t) AS '"' || escaped(t) || '"';
CREATE OR REPLACE MACRO english(t) AS '"' || escaped(t) || '"@en';
CREATE OR REPLACE MACRO typed(t, datatype) AS '"' || t || '"^^<http://www.w3.org/2001/XMLSchema#' || datatype || '>';
CREATE OR REPLACE MACRO uri(t) AS '<' || t || '>';

-- A date keeps its precision; an interval a/b has none of its own, only bounds.
CREATE OR REPLACE MACRO date_type(t) AS CASE length(t) WHEN 4 THEN 'gYear' WHEN 7 THEN 'gYearMonth' ELSE 'date' END;
CREATE OR REPLACE MACRO dated(t) AS CASE WHEN t NOT LIKE '%/%' THEN typed(t, date_type(t)) END;
CREATE OR REPLACE MACRO first_day(t) AS
    CASE length(t) WHEN 4 THEN t || '-01-01' WHEN 7 THEN t || '-01' ELSE nullif(t, '..') END;
CREATE OR REPLACE MACRO last_day_of(t) AS
    CASE length(t)
        WHEN 4 THEN t || '-12-31'
        WHEN 7 THEN strftime(last_day((t || '-01')::DATE), '%Y-%m-%d')
        ELSE nullif(t, '..') END;
-- (string_split, because DuckDB 2.0.0 cannot compare split_part of a column that is all null)
CREATE OR REPLACE MACRO earliest(t) AS first_day(CASE WHEN contains(t, '/') THEN string_split(t, '/')[1] ELSE t END);
CREATE OR REPLACE MACRO latest(t) AS last_day_of(CASE WHEN contains(t, '/') THEN string_split(t, '/')[-1] ELSE t END);
CREATE OR REPLACE MACRO within(t, other) AS
    coalesce(earliest(t), '0000') >= coalesce(earliest(other), '0000')
    AND coalesce(latest(t), '9999') <= coalesce(latest(other), '9999');
CREATE OR REPLACE MACRO may_agree(t, other) AS
    coalesce(earliest(t), '0000') <= coalesce(latest(other), '9999')
    AND coalesce(earliest(other), '0000') <= coalesce(latest(t), '9999');

-- The value of a claim, whose kind stands beside it; an interval is written in the Extended Date/Time Format.
CREATE OR REPLACE MACRO term(t, kind) AS CASE kind
    WHEN 'ref'     THEN iri(t)
    WHEN 'concept' THEN iri(t)
    WHEN 'uri'     THEN uri(t)
    WHEN 'text'    THEN english(t)
    WHEN 'integer' THEN typed(t, 'integer')
    WHEN 'decimal' THEN typed(t, 'decimal')
    WHEN 'year'    THEN typed(t, 'gYear')
    WHEN 'date'    THEN coalesce(dated(t), '"' || t || '"^^<http://id.loc.gov/datatypes/edtf/EDTF>')
    ELSE plain_string(t) END;
