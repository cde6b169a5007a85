/**
 * From text to a syntax tree: tokens, bounds on length and depth, the one statement that is
 * allowed, and the typing of literals. Knows nothing of tables.
 */
@NullMarked
package dev.annulus.query.sql.parse;

import org.jspecify.annotations.NullMarked;
