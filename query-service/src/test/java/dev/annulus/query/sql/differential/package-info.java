/**
 * Random queries, answered by the engine and by DuckDB on the same rows. {@code Queries} draws a
 * query from {@code Choices}, {@code Judge} asks both, {@code Shrinker} looks for a small query
 * that shows the same difference.
 */
@NullMarked
package dev.annulus.query.sql.differential;

import org.jspecify.annotations.NullMarked;
