/**
 * HTTP in, Kafka out. The response is 200 only once all in-sync replicas have the samples; from
 * then on they are in the log. Stateless; never touches the store.
 */
@NullMarked
package dev.annulus.ingest;

import org.jspecify.annotations.NullMarked;
