/**
 * What a caller of the SQL engine sees: requests, limits, result columns, statistics and the one
 * exception every failure ends in. Plain values.
 */
@NullMarked
package dev.annulus.query.sql.api;

import org.jspecify.annotations.NullMarked;
