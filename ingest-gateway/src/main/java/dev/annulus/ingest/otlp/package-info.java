/**
 * OpenTelemetry metrics over HTTP, as Protocol Buffers or JSON. JSON becomes Protocol Buffers
 * first.
 */
@NullMarked
package dev.annulus.ingest.otlp;

import org.jspecify.annotations.NullMarked;
