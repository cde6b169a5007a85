/** Which ring a series gets that says nothing about it itself: rules by source and name. */
@NullMarked
package dev.annulus.ingest.retention;

import org.jspecify.annotations.NullMarked;
