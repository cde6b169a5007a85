WITH series AS (
  SELECT 'A' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
  FROM samples
  WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
  GROUP BY metric_id, bucket
  UNION ALL
  SELECT 'B' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
  FROM samples
  WHERE metric_id IN ({{B}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
  GROUP BY metric_id, bucket
), tags AS (
  SELECT metric_id, max(CASE WHEN tag_key = 'dc' THEN tag_value END) AS "dc", max(CASE WHEN tag_key = 'host' THEN tag_value END) AS "host"
  FROM metric_tags
  WHERE metric_id IN ({{A}}) OR metric_id IN ({{B}})
  GROUP BY metric_id
), inputs AS (
  SELECT s.bucket, s.alias, t."dc", t."host", s.value
  FROM series AS s
  LEFT JOIN tags AS t ON t.metric_id = s.metric_id
), wide AS (
  SELECT bucket, "dc", "host", max(CASE WHEN alias = 'A' THEN value END) AS "A", max(CASE WHEN alias = 'B' THEN value END) AS "B"
  FROM inputs
  GROUP BY bucket, "dc", "host"
)
SELECT bucket, 'formula' AS alias, "dc", "host", ("A" * 5.0 + "B") / 2.0 AS value
FROM wide
UNION ALL
SELECT bucket, alias, "dc", "host", value FROM inputs
ORDER BY bucket
