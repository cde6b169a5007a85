SELECT 'A' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, max(value) AS value
FROM samples
WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY metric_id, bucket
UNION ALL
SELECT 'B' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, max(value) AS value
FROM samples
WHERE metric_id IN ({{B}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY metric_id, bucket
ORDER BY bucket
