/**
 * Windows over rows: {@code WindowSpec} says what is computed, {@code WindowedRows} sorts rows into
 * partitions, {@code FrameFinder} finds the rows of a frame, and a {@code PartitionFunction} makes
 * a value of them. Everything runs on the thread that pulls the rows.
 */
@NullMarked
package dev.annulus.query.sql.window;

import org.jspecify.annotations.NullMarked;
