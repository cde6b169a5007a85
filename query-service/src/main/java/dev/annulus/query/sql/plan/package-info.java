/**
 * The SQL engine: {@link dev.annulus.query.sql.plan.SqlEngine} takes a request and returns a
 * cursor. In between, a syntax tree becomes compiled code: validation, rewrites, push-down and the
 * choice of operators. Planning is deterministic: a fixed list of rewrites, no search.
 */
@NullMarked
package dev.annulus.query.sql.plan;

import org.jspecify.annotations.NullMarked;
