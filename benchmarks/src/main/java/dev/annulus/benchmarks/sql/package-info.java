/**
 * SQL side by side: the same rows and queries in this store, QuestDB and DuckDB, each embedded in
 * this process; {@code docs/benchmarks-sql.md} says how and what came out.
 */
@NullMarked
package dev.annulus.benchmarks.sql;

import org.jspecify.annotations.NullMarked;
