/**
 * From text to a syntax tree for the validator: tokens, bounds on length and depth, the one
 * statement that is allowed, and typed literals or parameters. Operators that could run away become
 * the store's own, and result columns get their names. Knows nothing of tables.
 */
@NullMarked
package dev.annulus.query.sql.syntax;

import org.jspecify.annotations.NullMarked;
