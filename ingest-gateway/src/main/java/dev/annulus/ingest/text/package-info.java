/** What protocols of lines have in common. */
@NullMarked
package dev.annulus.ingest.text;

import org.jspecify.annotations.NullMarked;
