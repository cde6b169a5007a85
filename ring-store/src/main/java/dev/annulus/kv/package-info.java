/**
 * The transactional key-value port that the store is written on. Its semantics are FoundationDB's;
 * the adapters in {@code fdb}, {@code embedded} and {@code remote} only translate.
 */
@NullMarked
package dev.annulus.kv;

import org.jspecify.annotations.NullMarked;
