-- How names are compared.

-- Letters and digits only, in lower case and without accents: "Newry, Mourne & Down" → "newry mourne and down".
CREATE OR REPLACE MACRO name_key(t) AS
    trim(regexp_replace(lower(strip_accents(replace(t, '&', ' and '))), '[^a-z0-9]+', ' ', 'g'));

-- A parish, town or community council is no district, whatever place it shares a name with.
CREATE OR REPLACE MACRO is_parish(t) AS regexp_matches(t, '(?i)\b(parish|town|community) council\b');

-- The name of a council without its type: "Broxtowe Borough Council" → "broxtowe".
CREATE OR REPLACE MACRO bare_name(t) AS CASE WHEN is_parish(t) THEN t ELSE
    regexp_replace(
        regexp_replace(name_key(t),
            '^(the |council of the |london borough of |royal borough of |borough of |city of |county of )+', ''),
        '( (metropolitan|city and district|city|borough|district|county|unitary|and|royal|london|council|corporation'
            || '|authority))+$', '')
    END;

-- A person's name without titles and honours, as plain words; "Medini, Mike" and "CHAPMAN Alison" are turned round.
CREATE OR REPLACE MACRO honourless(t) AS trim(regexp_replace(t,
    '(?i)([ ,(]+(m\.?b\.?e|o\.?b\.?e|c\.?b\.?e|b\.?e\.?m|k\.?b\.?e|d\.?b\.?e|j\.?p|d\.?l|q\.?c|k\.?c|m\.?p'
    || '|m\.?s|a\.?m|m\.?s\.?p|c\.?c|ph\.?d|ll\.?b|b\.?a|m\.?a|b\.?sc|frics|ostj|frsa|jnr|snr)\b[.)]*)+$',
    ''), ' ,.()');
CREATE OR REPLACE MACRO turned(t) AS regexp_replace(regexp_replace(t,
    '^([\pL''’-]{2,}(?: [\pL''’-]+)?), (\p{Lu}[\pL''’.-]*(?: \p{Lu}[\pL.]*)?)$', '\2 \1'),
    '^([\p{Lu}''’-]{3,}) (\p{Lu}\p{Ll}+)$', '\2 \1');
CREATE OR REPLACE MACRO titleless(t) AS regexp_replace(t,
    '(?i)^((cllr|councillor|county councillor|mr|mrs|ms|miss|mx|dr|sir|dame|lord|lady|baroness|viscount|earl|prof'
    || '|professor|rev|revd|reverend|hon|the|rt|right|honourable|alderman|bailie'
    || '|provost|capt|captain|col|colonel|major|cdr)\b\.?\s+)+',
    '');
CREATE OR REPLACE MACRO person_words(t) AS regexp_extract_all(
    lower(strip_accents(replace(replace(replace(titleless(turned(honourless(t))), '''', ''), '’', ''), '.', ' '))),
    '[a-z]+(?:-[a-z]+)*');

-- Initials that are written together: "mj" → m, j.
CREATE OR REPLACE MACRO apart(word) AS
    if(regexp_full_match(word, '[bcdfghjklmnpqrstvwxz]{2,3}') AND word NOT IN ('st', 'ng'),
        string_split(word, ''), string_split(word, '-'));

-- How many of the last words of a name are the family name: "marsha de cordova" → 2.
CREATE OR REPLACE MACRO is_particle(word) AS
    word IN (
        'de', 'da', 'di', 'du', 'del', 'della', 'van', 'von', 'der', 'den', 'la', 'le', 'st', 'el', 'bin', 'mac',
        'mc', 'o', 'ap', 'nic', 'ni', 'ui');
CREATE OR REPLACE MACRO family_length(words) AS
    CASE WHEN len(words) > 3 AND is_particle(words[-2]) AND is_particle(words[-3]) THEN 3
         WHEN len(words) > 2 AND is_particle(words[-2]) THEN 2
         ELSE 1 END;

-- Every year from one to another.
CREATE OR REPLACE MACRO years(since, until) AS
    CASE WHEN since IS NOT NULL OR until IS NOT NULL
         THEN range(coalesce(since, until)::BIGINT, coalesce(until, since)::BIGINT + 1)::INT[] END;

-- An electorate's name without what stands behind it in brackets: "Eastwood (Broxtowe)" → "Eastwood".
CREATE OR REPLACE MACRO place_name(t) AS regexp_replace(t, ' \([^)]*\)$', '');

-- What a source says of itself or reports, not what it alleges, intends or denies.
CREATE OR REPLACE MACRO told(modality) AS coalesce(modality, 'asserted') IN ('asserted', 'reported');

-- A name that is a title: "Baroness Nichols of Selby", and the place in it.
CREATE OR REPLACE MACRO is_title(t) AS
    t IS NULL OR regexp_matches(t,
        '^(Lord|Lady|Baroness|Baron|Viscount|Viscountess|Earl|Countess|Duke|Duchess|Marquess|Bishop|Archbishop|The) ');
CREATE OR REPLACE MACRO title_place(t) AS regexp_extract(t, ' of (.*)$', 1);

-- A list of all there is, once each, without nulls; the years of several lists.
CREATE OR REPLACE MACRO sorted_set(items) AS list_sort(list_distinct(items));
CREATE OR REPLACE MACRO all_years(lists) AS sorted_set(flatten(list_filter(lists, lambda years: years IS NOT NULL)));
