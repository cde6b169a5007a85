package dev.annulus.promql.eval;

import dev.annulus.promql.parser.ValueType;
import dev.annulus.promql.series.Labels;
import java.util.List;

/** What a query evaluates to. */
public sealed interface QueryValue {

  /** As {@code resultType} in Prometheus' API. */
  ValueType type();

  /** A number at {@code timeMillis}. */
  record ScalarValue(long timeMillis, double value) implements QueryValue {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  /** A string. */
  record StringValue(long timeMillis, String value) implements QueryValue {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /** An instant vector; its order means something only if the query sorts. */
  record VectorValue(long timeMillis, List<VectorSample> samples) implements QueryValue {
    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /** A range vector or the result of a range query, ordered by label sets. */
  record MatrixValue(List<MatrixSeries> series) implements QueryValue {
    @Override
    public ValueType type() {
      return ValueType.MATRIX;
    }
  }

  /** A series' value in an instant vector. */
  record VectorSample(Labels labels, double value) {}

  /** A series with at least one point. */
  interface MatrixSeries {
    Labels labels();

    int size();

    /** All points in the order of time. */
    void forEach(PointConsumer consumer);
  }

  /** Takes points. */
  @FunctionalInterface
  interface PointConsumer {
    void accept(long timeMillis, double value);
  }
}
