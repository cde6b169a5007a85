/**
 * The Flink job from the topic {@code samples} to the rings. Each sink task writes what its own
 * source task read: a series stays in one Kafka partition, so there is no shuffle.
 */
@NullMarked
package dev.annulus.sink;

import org.jspecify.annotations.NullMarked;
