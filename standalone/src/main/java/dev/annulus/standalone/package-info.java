/**
 * Everything in one process for a laptop: a real Kafka broker, a real Flink job, the embedded
 * engine, gateway, query service and UI on one port. The only place that wires the services
 * together.
 */
@NullMarked
package dev.annulus.standalone;

import org.jspecify.annotations.NullMarked;
