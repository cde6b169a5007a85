/**
 * Graphite's plain-text and pickle protocols over TCP, untagged and tagged. They have no responses.
 */
@NullMarked
package dev.annulus.ingest.graphite;

import org.jspecify.annotations.NullMarked;
