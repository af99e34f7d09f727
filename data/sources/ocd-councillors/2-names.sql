-- The ways in which rosters write a name → its parts: given names and surname, without titles, honours and offices.

CREATE OR REPLACE TEMP MACRO titles() AS
    '(?i)^((the|rt|right|hon|honourable|cllr|councillor|cr|mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev|revd|'
    || 'reverend|canon|bailie|provost|depute|alderman|alderwoman|ald|baroness|lord mayor|lord provost|lord|lady|'
    || 'sheriff|captain|capt|col|colonel|mayor|deputy)\b\.?\s+-?\s*)+';
CREATE OR REPLACE TEMP MACRO honours() AS
    '^(mbe|obe|cbe|bem|mvo|cb|qpm|qfsm|qvrm|qn|kc|qc|jp|dl|td|rd|vr|iso|ksg|bt|mp|mep|msp|ms|am|cc|ca|ba|bs|mb|bsc|bed|'
    || 'beng|ma|msc|mba|mphil|med|dphil|phd|dsc|dms|llb|lld|frsa|fca|fcca|ficm|fcmi|frcp|rcs|fqi|frpsl|cihcm|mcim|rafa|'
    || 'fice|fpc|mcih|mcipd|mcipr|citp|fcib|phcm|mciat|mics|frsc|miet|rics|frics|mrac|fgs|fcsi|acii|tep|acib|cmih|pgce|'
    || 'dphs|css|amsoe|rgn|fbcs|mcmi|mrcgp|mrtpi|ieng|minstmc|minstlm|pgcll|ciwm|ariba|musm|hon|hons|deputy|mayor|cert|'
    || 'dip|ed|im|io|pa|grad|tefl|ch|th|theo|ceng|cmareng|fimarest|kstj|bcav|llm|snr|jnr|senior|junior|ukip|conservative|group)$';

-- A name without escapes, offices and what stands in brackets.
CREATE OR REPLACE TEMP MACRO bare(name) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    trim(regexp_replace(translate(replace(name, '\''', ''''), '’‘`´Â' || chr(160) || chr(9), '''''''''   '), '\s+', ' ', 'g')),
    '\([^)]*\)|\s*;.*$', '', 'g'),
    '(?i)[\s,]*[-,]\s*(the )?(lord |council |deputy |depute |vice[ -])*(mayor|leader|provost|chair\w*|deputy|member|cabinet)\b.*$', ''),
    '(?i)\s+((vice|deputy|executive)[ -]+)?(leader|chairman|cabinet member|member)\s+(of|and|for|ukip)\b.*$|\s+executive leader$', ''),
    '(?i)^.*\bcouncillor\s+', '');

-- "MR Lay" has initials, not a title.
CREATE OR REPLACE TEMP MACRO untitled(name) AS
    CASE WHEN regexp_matches(name, '^(MR|CR|DR) ') THEN name ELSE regexp_replace(name, titles(), '') END;

CREATE OR REPLACE TEMP MACRO in_capitals() AS
    '^((?:DE |LE |VAN |DI )?[A-Z''-]*[AEIOUY][A-Z''-]*[A-Z](?: [A-Z''-]{3,})*)(?: MBE)?[.,]? +(.*[a-z].*)$';

-- "Smith, John", "SMITH John" and "SMITH. John" → "John Smith"; "John Smith, CA" → "John Smith".
CREATE OR REPLACE TEMP MACRO in_order(name) AS CASE
    WHEN contains(name, ',') THEN CASE
        WHEN regexp_matches(name, '^(\S+|(?i:de|le|van|di|st|o) \S+|\S+ MBE),\s*([A-Z][a-z'']+|[A-Z]\b)|^\S+ \S+,\s*(Mrs|Mr|Miss|Ms|Dr)\b')
            THEN untitled(trim(split_part(name, ',', 2))) || ' ' || split_part(name, ',', 1)
        ELSE split_part(name, ',', 1) END
    WHEN regexp_matches(name, in_capitals()) AND NOT regexp_matches(name, '^[A-Z]{2} [A-Z][a-z]')
        THEN untitled(regexp_extract(name, in_capitals(), 2)) || ' ' || regexp_extract(name, in_capitals(), 1)
    ELSE name END;

-- "JaneTremlett" → "Jane Tremlett", "JF Johnson" → "J F Johnson"; "John Smith O.B.E" → "John Smith".
CREATE OR REPLACE TEMP MACRO parted(name) AS regexp_replace(regexp_replace(CASE
    WHEN regexp_matches(name, '^([A-Z]\.?)*\s?[A-Z][a-z]+([A-Z][a-z]+)+$') AND NOT regexp_matches(name, '^(Mc|Mac|De|Di|Le|La|Du|Van|Fitz)[A-Z]')
        THEN regexp_replace(name, '([a-z])([A-Z])', '\1 \2', 'g')
    ELSE regexp_replace(name, '^(.*[a-z]{2}\S* \S*[A-Za-z]{2}\S*.*?)[ ,]+(?:(?:[A-Z]\.)+[A-Z]?|[BM]\.? ?(?:Ed|Sc)|LL\.D|Cert\.Ed|Dip\.IM)\.?(?: .*)?$', '\1') END,
    '^([A-Z])([A-Z])([A-Z])? ([A-Z][A-Za-z''-]*[a-z])', '\1 \2 \3 \4'), '\b([A-Z])\.', '\1 ', 'g');

CREATE OR REPLACE TEMP MACRO words(name) AS list_filter(
    string_split_regex(regexp_replace(replace(lower(strip_accents(name)), '''', ''), '[^a-z-]+', ' ', 'g'), '\s+'),
    lambda word: word NOT IN ('', '-'));

-- The words of a name as they are shown, "JONES" as "Jones".
CREATE OR REPLACE TEMP MACRO cased(word) AS CASE
    WHEN regexp_matches(word, '[a-z]') OR length(word) < 3 THEN word
    ELSE array_to_string(list_transform(string_split(word, '-'), lambda part: part[1] || lower(part[2:])), '-') END;

CREATE OR REPLACE TEMP TABLE name_form AS
WITH form AS (SELECT DISTINCT name FROM seat),
bared AS (SELECT name, bare(name) AS bared FROM form),
plain AS (SELECT name, untitled(bared) AS plain FROM bared),
ordered AS (SELECT name, in_order(plain) AS ordered FROM plain),
parted AS (SELECT name, trim(regexp_replace(translate(parted(ordered), '.,', '  '), '\s+-?\s*', ' ', 'g')) AS parted FROM ordered),
worded AS (SELECT name, parted, words(parted) AS said FROM parted),
ending AS (  -- honours stand at the end, behind a given name and a surname
    SELECT name, parted, said, coalesce(list_max(list_filter(
        range(1, len(said) + 1), lambda i: i <= 2 OR NOT regexp_matches(said[i], honours()))), 0) AS last
    FROM worded
),
joined AS (  -- "mac cafferty" is one surname, in whatever way it is spaced
    SELECT name, string_split(parted, ' ')[:last] AS shown,
        CASE WHEN last > 2 AND regexp_matches(said[last - 1], '^(mc|mac|de|di|da|le|la|van|von|der|den|del|du|dos|el|ap|ab)$')
        THEN said[:last - 2] || [said[last - 1] || said[last]] ELSE said[:last] END AS word
    FROM ending
)
SELECT name, word, list_transform(word[:-2], lambda w: replace(w, '-', '')) AS given,
    replace(word[-1], '-', '') AS surname, string_split(word[-1], '-') AS parts,
    array_to_string(list_transform(word, lambda w: replace(w, '-', '')), ' ') AS whole,
    array_to_string(list_sort(list_transform(word, lambda w: replace(w, '-', ''))), ' ') AS bag,
    array_to_string(list_transform(shown, lambda w: cased(w)), ' ') AS shown
FROM joined;

SELECT error(format('councillors: Councillor Name: nothing is left of {} without titles and honours', name))
FROM name_form WHERE len(word) = 0;

-- Given names that can be one name.
CREATE OR REPLACE TEMP TABLE alike AS
WITH grouped AS (
    SELECT name AS "group", unnest(list_prepend(name, string_split(also, '|'))) AS name
    FROM read_csv(getvariable('folder') || '/../../links/nicknames.csv', header = true, all_varchar = true)
)
SELECT DISTINCT a.name AS one, b.name AS other FROM grouped a JOIN grouped b USING ("group") WHERE a.name <> b.name;
