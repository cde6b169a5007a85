/**
 * A real Kafka broker with its controller (KRaft) inside this process: the laptop mode's topic, and
 * the Kafka of other modules' tests. {@link dev.annulus.broker.EmbeddedBroker} is the way in. The
 * wiring is that of Kafka's own server, except that nothing here ends the process and every log is
 * bounded.
 */
@NullMarked
package dev.annulus.broker;

import org.jspecify.annotations.NullMarked;
