SELECT 'A' AS alias, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, last(value, ts) AS value
FROM samples
WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY metric_id, bucket
ORDER BY bucket
