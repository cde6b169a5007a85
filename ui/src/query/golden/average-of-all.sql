WITH series AS (
  SELECT 'A' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
  FROM samples
  WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
  GROUP BY metric_id, bucket
)
SELECT s.bucket, s.alias, avg(s.value) AS value
FROM series AS s
GROUP BY s.bucket, s.alias
ORDER BY bucket
