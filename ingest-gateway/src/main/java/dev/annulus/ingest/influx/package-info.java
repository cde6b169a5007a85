/** InfluxDB's line protocol over HTTP, as its version 1 and version 2 clients write it. */
@NullMarked
package dev.annulus.ingest.influx;

import org.jspecify.annotations.NullMarked;
