WITH series AS (
  SELECT 'up' AS alias, metric_id, bucket, (COALESCE(inside, 0) + CASE WHEN before IS NULL THEN 0 WHEN head < before THEN head ELSE head - before END) / (until - COALESCE(seen, since)) AS value
  FROM (
    SELECT metric_id, bucket, inside, head, since, until,
      LAG(tail) OVER w AS before, LAG(until) OVER w AS seen
    FROM (
      SELECT metric_id, ts_bucket(ts, {{bucket}}) AS bucket, increase(value, ts) AS inside,
        first(value, ts) AS head, last(value, ts) AS tail, min(ts) AS since, max(ts) AS until
      FROM samples
      WHERE metric_id IN ({{up}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
      GROUP BY metric_id, bucket
    )
    WINDOW w AS (PARTITION BY metric_id ORDER BY bucket)
  )
  WHERE bucket > {{start_ts}} AND (inside IS NOT NULL OR before IS NOT NULL)
  UNION ALL
  SELECT 'B' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
  FROM samples
  WHERE metric_id IN ({{B}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
  GROUP BY metric_id, bucket
), tags AS (
  SELECT metric_id, max(CASE WHEN tag_key = 'dc' THEN tag_value END) AS "dc"
  FROM metric_tags
  WHERE metric_id IN ({{up}}) OR metric_id IN ({{B}})
  GROUP BY metric_id
), inputs AS (
  SELECT s.bucket, s.alias, t."dc", sum(s.value) AS value
  FROM series AS s
  LEFT JOIN tags AS t ON t.metric_id = s.metric_id
  GROUP BY s.bucket, s.alias, t."dc"
), wide AS (
  SELECT bucket, "dc", max(CASE WHEN alias = 'up' THEN value END) AS "up", max(CASE WHEN alias = 'B' THEN value END) AS "B"
  FROM inputs
  GROUP BY bucket, "dc"
)
SELECT bucket, 'formula' AS alias, "dc", -"up" / greatest("B", 1.0) AS value
FROM wide
ORDER BY bucket
