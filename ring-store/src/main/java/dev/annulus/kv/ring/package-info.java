/**
 * Rings in the embedded engine: blocks of many slots instead of a key per slot. This package knows
 * keys, blocks and memory, but no files.
 */
@NullMarked
package dev.annulus.kv.ring;

import org.jspecify.annotations.NullMarked;
