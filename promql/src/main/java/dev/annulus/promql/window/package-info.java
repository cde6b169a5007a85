/**
 * Functions over the samples in a sliding window. Each step adds samples on the right and drops
 * some on the left; a sample is not read again for each window that it is in.
 */
@NullMarked
package dev.annulus.promql.window;

import org.jspecify.annotations.NullMarked;
