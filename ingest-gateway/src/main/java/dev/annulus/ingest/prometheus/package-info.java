/** Prometheus remote write, versions 1.0 and 2.0: a Snappy block of Protocol Buffers over HTTP. */
@NullMarked
package dev.annulus.ingest.prometheus;

import org.jspecify.annotations.NullMarked;
