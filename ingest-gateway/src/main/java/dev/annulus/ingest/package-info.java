/**
 * HTTP in, Kafka out. A sample is answered with 200 only once Kafka has acknowledged it on all
 * in-sync replicas; from then on it is in the log. Stateless; never sees the store.
 */
@NullMarked
package dev.annulus.ingest;

import org.jspecify.annotations.NullMarked;
