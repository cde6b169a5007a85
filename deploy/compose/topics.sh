#!/bin/bash
# Creates the topics; what is there already stays. Partitions can be added later, never removed.
set -euo pipefail
topics=/opt/kafka/bin/kafka-topics.sh
"$topics" --bootstrap-server "$BOOTSTRAP" --create --if-not-exists --topic samples \
  --partitions "$PARTITIONS" --replication-factor "${REPLICATION:-1}" \
  --config message.timestamp.type=LogAppendTime
"$topics" --bootstrap-server "$BOOTSTRAP" --create --if-not-exists --topic samples.rejected \
  --partitions 1 --replication-factor "${REPLICATION:-1}" \
  --config retention.bytes=67108864 --config segment.bytes=16777216
