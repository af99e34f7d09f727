-- The search index: what can be found, by which names and identifiers. Rows stand in the order of their weight.
PRAGMA page_size = 4096;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, ref TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, description TEXT NOT NULL
);
CREATE TABLE name (id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL);
CREATE TABLE identifier (text TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (text, entry)) WITHOUT ROWID;
CREATE TABLE word (text TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE nickname (word TEXT NOT NULL, also TEXT NOT NULL, PRIMARY KEY (word, also)) WITHOUT ROWID;
-- A row for each name; the words themselves are not kept a second time, nor where in the text they stand.
CREATE VIRTUAL TABLE known USING fts5(
    kind, words, context, content = '', detail = column, columnsize = 0, prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 0'
);
