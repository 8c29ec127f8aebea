-- What `script.sql` left behind in the file.

SELECT count(*), sum(n) FROM number;
SELECT name, born FROM person WHERE id IN (SELECT person FROM visit WHERE place = 'London') ORDER BY id;
PRAGMA integrity_check;
