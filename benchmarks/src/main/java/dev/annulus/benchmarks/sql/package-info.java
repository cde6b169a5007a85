/**
 * SQL comparison: the same rows and queries in Annulus, QuestDB and DuckDB, all in one process;
 * {@code docs/benchmarks-sql.md} has method and results.
 */
@NullMarked
package dev.annulus.benchmarks.sql;

import org.jspecify.annotations.NullMarked;
