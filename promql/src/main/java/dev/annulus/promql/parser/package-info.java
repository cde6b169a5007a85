/**
 * Text to tree and back: {@link dev.annulus.promql.parser.Parser} (hand-written, ADR 19), {@link
 * dev.annulus.promql.parser.Expr} and {@link dev.annulus.promql.parser.Formatter}.
 */
@NullMarked
package dev.annulus.promql.parser;

import org.jspecify.annotations.NullMarked;
