WITH series AS (
  SELECT 'A' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
  FROM samples
  WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
  GROUP BY metric_id, bucket
), tags AS (
  SELECT metric_id, max(CASE WHEN tag_key = 'host' THEN tag_value END) AS "host"
  FROM metric_tags
  WHERE metric_id IN ({{A}})
  GROUP BY metric_id
)
SELECT s.bucket, s.alias, t."host", sum(s.value) AS value
FROM series AS s
LEFT JOIN tags AS t ON t.metric_id = s.metric_id
GROUP BY s.bucket, s.alias, t."host"
ORDER BY bucket
