/** OpenTelemetry metrics over HTTP, as Protocol Buffers or JSON. */
@NullMarked
package dev.annulus.ingest.otlp;

import org.jspecify.annotations.NullMarked;
