SELECT 'out' AS alias, metric_id, bucket, (COALESCE(inside, 0) + CASE WHEN before IS NULL THEN 0 WHEN head < before THEN head ELSE head - before END) AS value
FROM (
  SELECT metric_id, bucket, inside, head, since, until,
    LAG(tail) OVER w AS before, LAG(until) OVER w AS seen
  FROM (
    SELECT metric_id, ts_bucket(ts, {{bucket}}) AS bucket, increase(value, ts) AS inside,
      first(value, ts) AS head, last(value, ts) AS tail, min(ts) AS since, max(ts) AS until
    FROM samples
    WHERE metric_id IN ({{out}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
    GROUP BY metric_id, bucket
  )
  WINDOW w AS (PARTITION BY metric_id ORDER BY bucket)
)
WHERE bucket > {{start_ts}} AND (inside IS NOT NULL OR before IS NOT NULL)
ORDER BY bucket
