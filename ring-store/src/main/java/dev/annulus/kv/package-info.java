/**
 * The small transactional key-value port on which the store is written once. Its semantics are
 * FoundationDB's; the adapters in {@code fdb} and {@code embedded} translate and do nothing else.
 */
@NullMarked
package dev.annulus.kv;

import org.jspecify.annotations.NullMarked;
