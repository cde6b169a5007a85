package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.function.FunctionCatalog;
import java.util.HashSet;
import java.util.Set;
import org.apache.calcite.sql.SqlNode;

/** Reads queries. Thread-safe. */
public final class Syntax {
  /** Standard functions whose arguments are plain values. */
  private static final Set<String> PLAIN =
      Set.of("COALESCE", "NULLIF", "GREATEST", "LEAST", "IFNULL", "SUM", "AVG", "MIN", "MAX");

  private final StatementParser parser;
  private final Set<String> plainFunctions;

  public Syntax(StatementParser parser, FunctionCatalog functions) {
    this.parser = parser;
    Set<String> names = new HashSet<>(functions.plainNames());
    names.addAll(PLAIN);
    this.plainFunctions = Set.copyOf(names);
  }

  /** The tree of a query, with parameters where literals can be any. */
  public SyntaxTree read(SqlText text) {
    TreeRewriter rewriter = new TreeRewriter(text.skeleton(), plainFunctions, true);
    SqlNode root = rewriter.rewrite(parser.parse(text.skeleton()));
    return rewriter.hasFoundAllLists()
        ? new SyntaxTree(root, text.skeleton(), rewriter.fixedLiterals())
        : readAsIs(text);
  }

  /** The tree of a query with all its literals. */
  public SyntaxTree readAsIs(SqlText text) {
    Skeleton skeleton = text.skeletonWithoutLists();
    SqlNode root =
        new TreeRewriter(skeleton, plainFunctions, false).rewrite(parser.parse(skeleton));
    return new SyntaxTree(root, skeleton, null);
  }
}
