SELECT 'out' AS alias, metric_id, bucket, value
FROM (
  SELECT metric_id, bucket, bucket_rate(total, LAG(total) OVER w, 1) AS value
  FROM (
    SELECT metric_id, ts_bucket(ts, {{bucket}}) AS bucket, max(value) AS total, max(ts) AS seen
    FROM samples
    WHERE metric_id IN ({{out}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
    GROUP BY metric_id, bucket
  )
  WINDOW w AS (PARTITION BY metric_id ORDER BY bucket)
)
WHERE value IS NOT NULL
ORDER BY bucket
