/**
 * Rings as the embedded engine keeps them: many slots to a block instead of a key for each. What is
 * here knows keys, blocks and memory, but no files.
 */
@NullMarked
package dev.annulus.kv.ring;

import org.jspecify.annotations.NullMarked;
