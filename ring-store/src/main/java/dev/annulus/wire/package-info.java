/**
 * The wire format of the Kafka topics {@code samples} and {@code samples.rejected}, and the JSON
 * encoding that they share with HTTP. Any program may produce {@code samples}, so all input is
 * untrusted.
 */
@NullMarked
package dev.annulus.wire;

import org.jspecify.annotations.NullMarked;
