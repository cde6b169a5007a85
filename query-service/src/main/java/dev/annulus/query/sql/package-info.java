/**
 * SQL over the rings: {@link dev.annulus.query.sql.SqlEngine} takes a query and gives a cursor.
 * Tables, functions and errors are those of the HTTP contract; nothing outside the store can be
 * reached.
 */
@NullMarked
package dev.annulus.query.sql;

import org.jspecify.annotations.NullMarked;
