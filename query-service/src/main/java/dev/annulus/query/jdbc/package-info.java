/**
 * JDBC: the service side of Calcite's Avatica protocol on top of the SQL engine. Read only, under
 * the bounds of every other query.
 */
@NullMarked
package dev.annulus.query.jdbc;

import org.jspecify.annotations.NullMarked;
