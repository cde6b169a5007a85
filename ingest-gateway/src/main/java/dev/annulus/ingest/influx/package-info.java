/** InfluxDB's line protocol over HTTP, as written by clients of versions 1 and 2. */
@NullMarked
package dev.annulus.ingest.influx;

import org.jspecify.annotations.NullMarked;
