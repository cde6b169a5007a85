/**
 * Samples, series and rings: plain values without I/O, shared by every service. {@link
 * dev.annulus.model.SampleRules} is the only place that validates samples.
 */
@NullMarked
package dev.annulus.model;

import org.jspecify.annotations.NullMarked;
