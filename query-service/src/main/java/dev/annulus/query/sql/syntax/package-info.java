/**
 * From a parsed tree to one the validator is given: literals become typed values or parameters,
 * operators that could run away become the store's own, and result columns get their names.
 */
@NullMarked
package dev.annulus.query.sql.syntax;

import org.jspecify.annotations.NullMarked;
