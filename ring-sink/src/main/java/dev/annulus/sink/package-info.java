/**
 * The Flink job from the topic {@code samples} to the rings. Each sink task writes what its source
 * task read: a series stays in one Kafka partition, so nothing is exchanged between them.
 */
@NullMarked
package dev.annulus.sink;

import org.jspecify.annotations.NullMarked;
