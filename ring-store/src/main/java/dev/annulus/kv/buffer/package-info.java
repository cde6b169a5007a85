/**
 * Shared by the engines that validate reads at commit: a transaction's write buffer, its
 * read-your-writes view, and its read conflict ranges.
 */
@NullMarked
package dev.annulus.kv.buffer;

import org.jspecify.annotations.NullMarked;
