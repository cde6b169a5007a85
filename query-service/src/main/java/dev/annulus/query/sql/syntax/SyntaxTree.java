package dev.annulus.query.sql.syntax;

import java.util.List;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * A query as the validator is given it.
 *
 * @param root planning changes it
 * @param skeleton of the text
 * @param fixed the numbers of the literals, ascending, whose values the tree depends on; null if
 *     the tree belongs to this one text only
 */
public record SyntaxTree(SqlNode root, Skeleton skeleton, @Nullable List<Integer> fixed) {}
