#!/bin/bash
# Configures an empty cluster once; on one that is configured it does nothing.
set -euo pipefail
echo "$FDB_CLUSTER_FILE_CONTENTS" > "$FDB_CLUSTER_FILE"
configured() {
  fdbcli -C "$FDB_CLUSTER_FILE" --timeout 10 --exec "status minimal" | grep -q "is available"
}
for _ in $(seq 30); do
  if configured; then
    exit 0
  fi
  # Refused, and harmless, if the cluster has a configuration already.
  fdbcli -C "$FDB_CLUSTER_FILE" --timeout 20 --exec "configure new single ssd" || true
done
configured
