/**
 * The query service's HTTP interface: its routes, the formats of results, and the port to the log
 * with its Kafka adapter.
 */
@NullMarked
package dev.annulus.query.http;

import org.jspecify.annotations.NullMarked;
