package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.function.LikeMatch;
import dev.annulus.query.sql.function.ListMembership;
import dev.annulus.query.sql.function.Remainder;
import java.math.BigDecimal;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites one tree in place. Number literals get the types of the store's columns: whole ones
 * BIGINT, all others DOUBLE, so {@code 1700000000 * 60} does not overflow and {@code 0.1} needs no
 * decimal arithmetic. Literals that are mere values become parameters if that is wanted.
 */
final class TreeRewriter {
  private static final int BITS_OF_LONG = 63;

  private final Skeleton skeleton;
  private final Set<String> plainFunctions;
  private final boolean lift;
  private final SelectNames names;
  private final NamedWindows windows = new NamedWindows();

  /** The parts of the text that became parameters. */
  private final BitSet lifted = new BitSet();

  TreeRewriter(Skeleton skeleton, Set<String> plainFunctions, boolean lift) {
    this.skeleton = skeleton;
    this.plainFunctions = plainFunctions;
    this.lift = lift;
    this.names = new SelectNames(skeleton);
  }

  SqlNode rewrite(SqlNode query) {
    QuerySize.check(query);
    return Objects.requireNonNull(rewrite(query, LiteralRole.FIXED));
  }

  /** Whether every list of literals in the text was one where it stood, too. */
  boolean hasFoundAllLists() {
    for (int part = 0; part < skeleton.size(); part++) {
      int literal = skeleton.literalOf(part);
      if (literal >= 0 && skeleton.literals().get(literal).type().isList() && !lifted.get(part)) {
        return false;
      }
    }
    return true;
  }

  /** The literals that are not, or not everywhere, parameters. */
  List<Integer> fixedLiterals() {
    Set<Integer> fixed = new TreeSet<>();
    for (int part = 0; part < skeleton.size(); part++) {
      if (skeleton.literalOf(part) >= 0 && !lifted.get(part)) {
        fixed.add(skeleton.literalOf(part));
      }
    }
    return List.copyOf(fixed);
  }

  private @Nullable SqlNode rewrite(@Nullable SqlNode node, LiteralRole role) {
    if (node instanceof SqlNumericLiteral || node instanceof SqlCharStringLiteral) {
      return literal((SqlLiteral) node, role);
    }
    if (node instanceof SqlUnknownLiteral time) {
      return TimeLiterals.of(time);
    }
    if (node instanceof SqlNodeList list) {
      list.replaceAll(element -> rewrite(element, role));
    } else if (node instanceof SqlCall call) {
      return call(call);
    }
    return node;
  }

  private SqlNode call(SqlCall written) {
    SqlCall call = DistinctOrder.outside(written);
    Parameter list = list(call);
    if (list != null) {
      return membership(call, list);
    }
    SqlNode like = LikeMatch.of(call);
    if (like != null) {
      return Objects.requireNonNull(rewrite(like, LiteralRole.VALUE));
    }
    SqlNode filtered = call.getKind() == SqlKind.OVER ? FilteredWindows.function(call) : null;
    if (filtered != null) {
      call.setOperand(0, filtered);
    }
    SqlNode window = call.getKind() == SqlKind.OVER ? SeriesWindows.expand(call, windows) : null;
    if (window != null) {
      return Objects.requireNonNull(rewrite(window, LiteralRole.VALUE));
    }
    if (call instanceof SqlBasicCall remainder
        && call.getOperator().equals(SqlStdOperatorTable.PERCENT_REMAINDER)) {
      remainder.setOperator(Remainder.INSTANCE);
    }
    SeriesWindows.refuseBare(call);
    SeriesWindows.renameEnds(call);
    SqlNode spelledOut = CommonNames.spelledOut(call);
    if (!(spelledOut instanceof SqlCall common)) {
      return spelledOut;
    }
    call = common;
    if (call instanceof SqlOrderBy order) {
      RepeatedNames.number(order);
      CommonColumns.qualify(order);
    }
    if (call instanceof SqlSelect select) {
      CommaJoins.reassociate(select);
      CommonColumns.qualify(select);
      windows.enter(select);
    }
    for (int i = 0; i < call.operandCount(); i++) {
      SqlNode operand = call.operand(i);
      SqlNode rewritten = rewrite(operand, LiteralRole.of(call, i, plainFunctions));
      if (rewritten != operand) {
        call.setOperand(i, rewritten);
      }
    }
    if (call instanceof SqlSelect select) {
      windows.leave();
      names.addTo(select);
    }
    return call;
  }

  /** The list on the right of {@code IN}, if it is all literals. */
  private @Nullable Parameter list(SqlCall call) {
    if ((call.getKind() == SqlKind.IN || call.getKind() == SqlKind.NOT_IN)
        && call.operand(1) instanceof SqlNodeList list
        && list.size() == 1
        && list.get(0) instanceof SqlLiteral literal) {
      Parameter parameter = parameter(literal);
      return parameter != null && parameter.isList() ? parameter : null;
    }
    return null;
  }

  private SqlNode membership(SqlCall call, Parameter list) {
    SqlParserPos pos = call.getParserPosition();
    SqlNode value = Objects.requireNonNull(rewrite(call.operand(0), LiteralRole.VALUE));
    ListMembership operator = list.isText() ? ListMembership.OF_TEXTS : ListMembership.OF_NUMBERS;
    SqlNode found = operator.createCall(pos, value, list);
    return call.getKind() == SqlKind.IN ? found : SqlStdOperatorTable.NOT.createCall(pos, found);
  }

  private SqlNode literal(SqlLiteral literal, LiteralRole role) {
    Parameter parameter = role == LiteralRole.VALUE ? parameter(literal) : null;
    if (parameter != null) {
      return parameter;
    }
    // A number with a fraction is never an ordinal, a limit or a count of digits.
    return literal instanceof SqlNumericLiteral number
            && (role != LiteralRole.FIXED || !number.isInteger())
        ? typed(number)
        : literal;
  }

  private @Nullable Parameter parameter(SqlLiteral literal) {
    SqlParserPos pos = literal.getParserPosition();
    int part = lift ? skeleton.partAt(pos.getLineNum(), pos.getColumnNum()) : -1;
    int number = skeleton.literalOf(part);
    if (number < 0) {
      return null;
    }
    lifted.set(part);
    return new Parameter(number, skeleton.literals().get(number), pos);
  }

  private static SqlNode typed(SqlNumericLiteral number) {
    BigDecimal value = number.bigDecimalValue();
    if (value == null || !number.isExact()) {
      return number;
    }
    return number.isInteger() && value.toBigIntegerExact().bitLength() <= BITS_OF_LONG
        ? new WholeNumber(value, number.getParserPosition())
        : SqlLiteral.createApproxNumeric(value.toString(), number.getParserPosition());
  }
}
