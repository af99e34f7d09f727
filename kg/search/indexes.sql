-- What is made once the rows are there.
CREATE INDEX name_words ON name (words);
CREATE INDEX name_entry ON name (entry);
INSERT INTO known (known) VALUES ('optimize');
