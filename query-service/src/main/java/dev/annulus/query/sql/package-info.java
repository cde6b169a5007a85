/**
 * What every caller and every part of the SQL engine sees: requests, limits, columns, statistics,
 * and the one exception that every failure becomes. Plain values; {@code sql.plan.SqlEngine} runs
 * the queries.
 */
@NullMarked
package dev.annulus.query.sql;

import org.jspecify.annotations.NullMarked;
