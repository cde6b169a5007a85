/**
 * Finds aggregates that can be computed while rings are scanned: right below the aggregate, or in
 * parts below the joins that stand between. What does not fit stays as it is; the rows are the
 * same.
 */
@NullMarked
package dev.annulus.query.sql.push;

import org.jspecify.annotations.NullMarked;
