/**
 * What a sample, a series and a ring are. Plain values without I/O, shared by every service; the
 * rules a sample must obey stand in {@link dev.annulus.model.SampleRules} and nowhere else.
 */
@NullMarked
package dev.annulus.model;

import org.jspecify.annotations.NullMarked;
