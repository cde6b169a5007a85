package dev.annulus.query.sql.syntax;

import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;

/**
 * What this SQL allows beyond the standard: aliases in GROUP BY and HAVING, {@code !=}, {@code %}.
 */
public final class Dialect extends SqlDelegatingConformance {
  /** The dialect of every query. */
  public static final Dialect INSTANCE = new Dialect();

  private Dialect() {
    super(SqlConformanceEnum.BABEL);
  }

  /** A column that is neither grouped nor aggregated is an error, not any of its values. */
  @Override
  public boolean isNonStrictGroupBy() {
    return false;
  }

  /** A select item cannot refer to another one: a mistyped column is then reported as such. */
  @Override
  public SelectAliasLookup isSelectAlias() {
    return SelectAliasLookup.UNSUPPORTED;
  }

  /** Texts of different lengths, such as the aliases of a selector map, are not padded. */
  @Override
  public boolean shouldConvertRaggedUnionTypesToVarying() {
    return true;
  }
}
