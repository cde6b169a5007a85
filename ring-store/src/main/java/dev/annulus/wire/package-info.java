/**
 * The format of the Kafka topics {@code samples} and {@code samples.rejected}, and the JSON form of
 * a sample that HTTP shares with them. Any program may produce {@code samples}, so everything read
 * here is untrusted.
 */
@NullMarked
package dev.annulus.wire;

import org.jspecify.annotations.NullMarked;
