/**
 * Functions over the samples in a sliding window. Each step adds samples on the right and drops
 * some on the left; none of the functions but one reads a sample again for each step.
 */
@NullMarked
package dev.annulus.promql.window;

import org.jspecify.annotations.NullMarked;
