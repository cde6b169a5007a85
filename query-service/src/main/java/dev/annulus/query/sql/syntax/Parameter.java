package dev.annulus.query.sql.syntax;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlMonotonicity;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.util.Litmus;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/**
 * Stands where a literal stood: a constant of known type whose value only a run knows. The
 * validator takes it for a literal.
 */
public final class Parameter extends SqlLiteral {
  private final int number;
  private final Literal literal;

  Parameter(int number, Literal literal, SqlParserPos pos) {
    super(new NlsString(literal.text(), null, null), SqlTypeName.CHAR, pos);
    this.number = number;
    this.literal = literal;
  }

  /** The number of the literal. */
  public int number() {
    return number;
  }

  /** Whether it stands for a list. */
  public boolean isList() {
    return literal.type().isList();
  }

  boolean isText() {
    return literal.type() == Literal.Type.TEXT || literal.type() == Literal.Type.TEXTS;
  }

  @Override
  public RelDataType createSqlType(RelDataTypeFactory factory) {
    return factory.createSqlType(
        switch (literal.type()) {
          case WHOLE, WHOLES -> SqlTypeName.BIGINT;
          case DECIMAL, DECIMALS -> SqlTypeName.DOUBLE;
          case TEXT, TEXTS -> SqlTypeName.VARCHAR;
        });
  }

  @Override
  public Parameter clone(SqlParserPos pos) {
    return new Parameter(number, literal, pos);
  }

  /** A plan must not depend on the sign of a value it does not know. */
  @Override
  public SqlMonotonicity getMonotonicity(SqlValidatorScope scope) {
    return SqlMonotonicity.NOT_MONOTONIC;
  }

  @Override
  public void unparse(SqlWriter writer, int left, int right) {
    writer.literal(literal.text());
  }

  @Override
  public boolean equalsDeep(@Nullable SqlNode node, Litmus litmus) {
    return equals(node) ? litmus.succeed() : litmus.fail("{} != {}", this, node);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Parameter parameter && parameter.number == number;
  }

  @Override
  public int hashCode() {
    return number;
  }
}
