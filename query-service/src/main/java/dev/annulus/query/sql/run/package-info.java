/**
 * What a compiled plan calls while it runs: scans of the store, groups of samples, the query's
 * budget and parameters. Everything runs on the thread that pulls the rows. Groups are computed
 * over the primitive arrays that a ring is read into: one object per group, none per sample.
 */
@NullMarked
package dev.annulus.query.sql.run;

import org.jspecify.annotations.NullMarked;
