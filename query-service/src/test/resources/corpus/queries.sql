SELECT ts, value FROM samples WHERE metric_id = 1 AND ts BETWEEN 0 AND 100 ORDER BY ts
SELECT ts_bucket(ts, 60) AS bucket, AVG(value) AS v FROM samples WHERE metric_id IN (1, 2) GROUP BY ts_bucket(ts, 60)
WITH s AS (SELECT ts, value FROM samples WHERE metric_id = 1) SELECT a.ts, series_add(a.value, b.value) FROM s a JOIN s b ON a.ts = b.ts
SELECT ts, rolling_mean(value, 5) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1
SELECT m.name, COUNT(*) FROM metrics m JOIN samples s ON s.metric_id = m.metric_id GROUP BY m.name
SELECT CASE WHEN value > 1 THEN 'x''y' ELSE NULL END FROM samples WHERE metric_id = 1 -- comment
EXPLAIN PLAN FOR SELECT * FROM samples WHERE metric_id = 1
VALUES (1, 'a'), (2, 'b')
SELECT 1/0, CAST('x' AS BIGINT), -9223372036854775808 - 1
SELECT * FROM metric_tags WHERE tag_key = 'host' AND tag_value LIKE '%_a' /* block */;
SELECT "ts", U&'\0041', DATE '2020-01-01', INTERVAL '1' DAY FROM samples WHERE metric_id = 1 LIMIT 1 OFFSET 1
((((SELECT 1))))
