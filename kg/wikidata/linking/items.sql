-- The tables that every reader of candidates fills: items, and what is known of each.
CREATE OR REPLACE TABLE item (qid VARCHAR, kind VARCHAR, label VARCHAR, description VARCHAR, born VARCHAR, died VARCHAR,
    gender VARCHAR, country VARCHAR);
CREATE OR REPLACE TABLE item_name (qid VARCHAR, name VARCHAR);
CREATE OR REPLACE TABLE item_office (qid VARCHAR, office_qid VARCHAR, office VARCHAR, place_qid VARCHAR, place VARCHAR,
    party VARCHAR, since VARCHAR, until VARCHAR);
CREATE OR REPLACE TABLE item_party (qid VARCHAR, party VARCHAR, party_name VARCHAR);
CREATE OR REPLACE TABLE item_code (qid VARCHAR, code VARCHAR);
