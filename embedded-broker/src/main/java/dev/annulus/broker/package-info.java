/**
 * A real Kafka broker with its controller (KRaft) in this process, for standalone and for other
 * modules' tests. Start with {@link dev.annulus.broker.EmbeddedBroker}. The wiring is that of
 * Kafka's own server, except that it never exits the process and every log is bounded.
 */
@NullMarked
package dev.annulus.broker;

import org.jspecify.annotations.NullMarked;
