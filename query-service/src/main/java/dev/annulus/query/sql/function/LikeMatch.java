package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code LIKE} without regular expressions: whatever the pattern, matching takes at most as many
 * steps as the text and the pattern have characters, multiplied.
 */
public final class LikeMatch extends SqlUserDefinedFunction {
  static final LikeMatch INSTANCE = new LikeMatch();

  private static final int LONGEST_PATTERN = 1_000;
  private static final int ANY = -1;
  private static final int ONE = -2;
  private static final int NONE = -3;
  private static final Method MATCHES =
      Arrays.stream(LikeMatch.class.getMethods())
          .filter(method -> method.getName().equals("matches"))
          .findFirst()
          .orElseThrow();

  private LikeMatch() {
    super(
        new SqlIdentifier("$LIKE", SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.BOOLEAN_NULLABLE,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER),
            types ->
                List.of(
                    types.createSqlType(SqlTypeName.VARCHAR),
                    types.createSqlType(SqlTypeName.VARCHAR),
                    types.createSqlType(SqlTypeName.VARCHAR)),
            operand -> List.of("text", "pattern", "escape").get(operand),
            operand -> false),
        new Definition());
  }

  /** Null of a null, so that an outer join whose other side must pass is an inner one. */
  @Override
  public Supplier<Strong.Policy> getStrongPolicyInference() {
    return () -> Strong.Policy.ANY;
  }

  /** The same as a call of {@code LIKE}; null if it is a call of anything else. */
  public static @Nullable SqlNode of(SqlCall call) {
    if (!(call.getOperator() instanceof SqlLikeOperator like)
        || like.getKind() != SqlKind.LIKE
        || !like.isCaseSensitive()) {
      return null;
    }
    SqlParserPos pos = call.getParserPosition();
    SqlNode escape =
        call.operandCount() > 2
            ? call.operand(2)
            : SqlLiteral.createCharString("", SqlParserPos.ZERO); // stands nowhere in the text
    SqlNode matched = INSTANCE.createCall(pos, call.operand(0), call.operand(1), escape);
    return like.isNegated() ? SqlStdOperatorTable.NOT.createCall(pos, matched) : matched;
  }

  /**
   * Whether a text matches. Generated code calls it.
   *
   * @param pattern {@code %} stands for any characters, {@code _} for one
   * @param escape takes the meaning from the character after it; empty for none
   * @throws SqlException if the pattern is too long or ends with the escape character
   */
  public static boolean matches(String text, String pattern, String escape) {
    if (pattern.length() > LONGEST_PATTERN) {
      throw new SqlException(
          SqlErrorCode.TOO_COMPLEX,
          "the pattern of LIKE has more than %d characters".formatted(LONGEST_PATTERN));
    }
    if (escape.codePointCount(0, escape.length()) > 1) {
      throw new SqlException(SqlErrorCode.INVALID_VALUE, "ESCAPE must be one character");
    }
    return matches(
        text.codePoints().toArray(),
        parse(pattern.codePoints().toArray(), escape.isEmpty() ? NONE : escape.codePointAt(0)));
  }

  /** Characters to find; {@link #ANY} and {@link #ONE} for the wildcards. */
  private static int[] parse(int[] pattern, int escape) {
    int[] parsed = new int[pattern.length];
    int size = 0;
    for (int i = 0; i < pattern.length; i++) {
      int c = pattern[i];
      boolean escaped = c == escape;
      if (escaped && ++i == pattern.length) {
        throw new SqlException(
            SqlErrorCode.INVALID_VALUE, "the pattern of LIKE ends with its ESCAPE character");
      }
      parsed[size++] = escaped ? pattern[i] : c == '%' ? ANY : c == '_' ? ONE : c;
    }
    return Arrays.copyOf(parsed, size);
  }

  private static boolean matches(int[] text, int[] pattern) {
    int at = 0;
    int p = 0;
    int lastAny = -1;
    int resume = 0;
    while (at < text.length) {
      if (p < pattern.length && pattern[p] == ANY) {
        lastAny = p++;
        resume = at;
      } else if (p < pattern.length && (pattern[p] == ONE || pattern[p] == text[at])) {
        p++;
        at++;
      } else if (lastAny >= 0) {
        p = lastAny + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == ANY) {
      p++;
    }
    return p == pattern.length;
  }

  private static final class Definition implements ScalarFunction, ImplementableFunction {
    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) -> Expressions.call(MATCHES, operands),
          NullPolicy.STRICT,
          false);
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createSqlType(SqlTypeName.BOOLEAN);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }
  }
}
