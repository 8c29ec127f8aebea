-- What a database does, with output that can be compared. Runs on a new database.

CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born INTEGER CHECK (born > 1000));
CREATE TABLE visit(person INTEGER REFERENCES person(id), place TEXT, cost REAL);
CREATE INDEX visit_place ON visit(place);
CREATE VIEW spent AS SELECT name, total(cost) AS sum FROM person LEFT JOIN visit ON person = id GROUP BY id;
CREATE TABLE log(event TEXT);
CREATE TRIGGER on_visit AFTER INSERT ON visit BEGIN INSERT INTO log VALUES (new.place || '!'); END;

INSERT INTO person(name, born) VALUES ('Ada', 1815), ('Alan', 1912), ('Grace', 1906), ('Niklaus', 1934);
INSERT INTO visit VALUES (1, 'London', 12.5), (1, 'Turin', 80.25), (2, 'London', 3), (3, 'Paris', 1e3);

SELECT * FROM person ORDER BY born;
SELECT name, printf('%.2f', sum) FROM spent ORDER BY sum DESC, name;
SELECT place, count(*), group_concat(name, '+') FROM visit JOIN person ON person = id GROUP BY place ORDER BY 1;
SELECT group_concat(event, ' ') FROM log;

-- Transactions.
BEGIN;
DELETE FROM visit;
SELECT count(*) FROM visit;
ROLLBACK;
SELECT count(*) FROM visit;
INSERT OR IGNORE INTO person(name, born) VALUES ('Ada', 2000);
UPDATE person SET born = born + 1 WHERE name LIKE 'A%' RETURNING name, born;

-- Recursion, windows, JSON, dates, full-text search.
WITH RECURSIVE fib(n, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 50)
    SELECT group_concat(a, ' ') FROM fib WHERE n % 7 = 1;
SELECT name, rank() OVER (ORDER BY born), lag(name) OVER (ORDER BY born) FROM person ORDER BY born;
SELECT json_extract('{"a":[1,{"b":2.5}]}', '$.a[1].b'), json_group_array(name) FROM person;
SELECT date('2024-02-28', '+2 days'), strftime('%j %H:%M', 1e9, 'unixepoch'), julianday('2000-01-01 12:00');
CREATE VIRTUAL TABLE poem USING fts5(line);
INSERT INTO poem VALUES ('the road not taken'), ('stopping by woods'), ('the woods are lovely dark and deep');
SELECT rowid, snippet(poem, 0, '[', ']', '…', 4) FROM poem WHERE poem MATCH 'woods OR road' ORDER BY rowid;

-- Enough rows that pages move between cache and file.
CREATE TABLE number(n INTEGER PRIMARY KEY, square INTEGER, word TEXT);
WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 20000)
    INSERT INTO number SELECT n, n * n, hex(n * 7919 % 65536) || substr('abcdefghijklmnop', n % 16, 5) FROM count;
CREATE INDEX number_word ON number(word, square);
SELECT count(*), sum(square), min(word), max(word) FROM number;
SELECT n FROM number WHERE word > '39' ORDER BY word DESC, n LIMIT 3;
DELETE FROM number WHERE n % 3 = 0;
VACUUM;
SELECT count(*), typeof(avg(n)), round(avg(n), 3) FROM number;
PRAGMA integrity_check;
