/**
 * From a syntax tree to compiled code: validation, rewriting, push-down and the choice of
 * operators. Planning is deterministic: a fixed list of rewritings, no search.
 */
@NullMarked
package dev.annulus.query.sql.plan;

import org.jspecify.annotations.NullMarked;
