package dev.annulus.promql.eval;

import dev.annulus.promql.parser.PromqlFunction;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions of one value without further arguments. */
final class ElementFunctions {
  private static final double LN_2 = Math.log(2);

  private ElementFunctions() {}

  /** Null if {@code function} is none of them. */
  static @Nullable DoubleUnaryOperator of(PromqlFunction function) {
    return switch (function) {
      case ABS -> Math::abs;
      case CEIL -> Math::ceil;
      case FLOOR -> Math::floor;
      case EXP -> Math::exp;
      case SQRT -> Math::sqrt;
      case LN -> ElementFunctions::ln;
      case LOG2 -> ElementFunctions::log2;
      case LOG10 -> ElementFunctions::log10;
      case SGN -> Math::signum;
      case SIN -> Math::sin;
      case COS -> Math::cos;
      case TAN -> Math::tan;
      case ASIN -> Math::asin;
      case ACOS -> Math::acos;
      case ATAN -> Math::atan;
      case SINH -> Math::sinh;
      case COSH -> Math::cosh;
      case TANH -> Math::tanh;
      case ASINH -> ElementFunctions::asinh;
      case ACOSH -> ElementFunctions::acosh;
      case ATANH -> ElementFunctions::atanh;
      case DEG -> value -> value * 180 / Math.PI;
      case RAD -> value -> value * Math.PI / 180;
      default -> null;
    };
  }

  /**
   * As Go on amd64, and so as Prometheus: below the normal numbers, where it reads the exponent
   * from the bits as they are.
   */
  private static double ln(double value) {
    if (value > 0 && value < Double.MIN_NORMAL) {
      double fraction = 1 + value / Double.MIN_NORMAL;
      return Math.log(fraction) - 1023 * LN_2;
    }
    return Math.log(value);
  }

  private static double log10(double value) {
    return value < Double.MIN_NORMAL ? ln(value) / Math.log(10) : Math.log10(value);
  }

  /** Exact for powers of two. */
  private static double log2(double value) {
    if (value > 0 && value < Double.MIN_NORMAL) {
      return log2(value * 0x1p52) - 52;
    }
    if (!(value > 0) || Double.isInfinite(value)) {
      return Math.log(value);
    }
    int exponent = Math.getExponent(value) + 1;
    double fraction = Math.scalb(value, -exponent);
    return fraction == 0.5 ? exponent - 1 : Math.log(fraction) * (1 / LN_2) + exponent;
  }

  private static double asinh(double value) {
    double magnitude = Math.abs(value);
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    double result;
    if (magnitude > 0x1p28) {
      result = Math.log(magnitude) + LN_2;
    } else if (magnitude > 2) {
      result = Math.log(2 * magnitude + 1 / (Math.sqrt(magnitude * magnitude + 1) + magnitude));
    } else {
      double square = magnitude * magnitude;
      result = Math.log1p(magnitude + square / (1 + Math.sqrt(1 + square)));
    }
    return Math.copySign(result, value);
  }

  private static double acosh(double value) {
    if (value < 1) {
      return Double.NaN;
    }
    if (value > 0x1p28) {
      return Math.log(value) + LN_2;
    }
    if (value > 2) {
      return Math.log(2 * value - 1 / (value + Math.sqrt(value * value - 1)));
    }
    double above = value - 1;
    return Math.log1p(above + Math.sqrt(2 * above + above * above));
  }

  private static double atanh(double value) {
    return 0.5 * Math.log1p(2 * Math.abs(value) / (1 - Math.abs(value))) * Math.signum(value);
  }
}
