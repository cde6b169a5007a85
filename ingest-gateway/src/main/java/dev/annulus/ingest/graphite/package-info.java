/**
 * Graphite's plain text and its pickled form over TCP, untagged and tagged. It knows no answers.
 */
@NullMarked
package dev.annulus.ingest.graphite;

import org.jspecify.annotations.NullMarked;
