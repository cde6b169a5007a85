package dev.annulus.query.http.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.promql.eval.MemoryBudget;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.PointConsumer;
import dev.annulus.promql.series.Labels;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MatrixJsonTest {
  private static final Executor INLINE = Runnable::run;
  private static final Executor NEVER = task -> {};

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final ExecutorService pool = Executors.newFixedThreadPool(3);
  private final Memory memory = new Memory();

  @AfterEach
  void close() {
    pool.shutdownNow();
  }

  private record Series(Labels labels, double[] values) implements MatrixSeries {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public void forEach(PointConsumer consumer) {
      for (int i = 0; i < values.length; i++) {
        consumer.accept(1_000L * i, values[i]);
      }
    }
  }

  /** Counts as the budget of a query does: also what it refuses. */
  private static final class Memory implements MemoryBudget {
    private long held;
    private long most = Long.MAX_VALUE;

    @Override
    public void reserve(long bytes) {
      held += bytes;
      if (held > most) {
        throw new SqlException(SqlErrorCode.TOO_MUCH_MEMORY, "full");
      }
    }

    @Override
    public void release(long bytes) {
      held -= bytes;
    }
  }

  private List<MatrixSeries> anySeries(int count, int most) {
    List<MatrixSeries> series = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values =
          random.doubles(1 + random.nextInt(random.nextInt(20) == 0 ? 15_000 : most)).toArray();
      series.add(new Series(Labels.of("i", "\n" + i), values));
    }
    return series;
  }

  private static String expected(List<MatrixSeries> series) {
    StringBuilder text = new StringBuilder();
    for (MatrixSeries one : series) {
      StringBuilder points = new StringBuilder();
      one.forEach((millis, value) -> points.append(",").append(point(millis, value)));
      text.append(",{\"metric\":{\"i\":\"\\n")
          .append(one.labels().get("i").substring(1))
          .append("\"},\"values\":[")
          .append(points, 1, points.length())
          .append("]}");
    }
    return "[" + (text.isEmpty() ? "" : text.substring(1)) + "]";
  }

  private static String point(long millis, double value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonAnswer json = new JsonAnswer(out)) {
      json.point(millis, value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(UTF_8);
  }

  private String written(Executor threads, List<MatrixSeries> series, Runnable check)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonAnswer json = new JsonAnswer(out)) {
      new MatrixJson(threads, memory).write(json, series, check);
    }
    return out.toString(UTF_8);
  }

  @Test
  void itIsTheSameWhoeverWritesIt() throws IOException {
    for (int count : new int[] {0, 1, 2, 7, 60}) {
      List<MatrixSeries> series = anySeries(count, 1 + random.nextInt(3_000));
      String expected = expected(series);
      for (Executor threads : List.of(INLINE, NEVER, (Executor) pool)) {
        assertThat(written(threads, series, () -> {})).as("seed %d", seed).isEqualTo(expected);
      }
      assertThat(memory.held).isZero();
    }
  }

  @Test
  void withoutMemoryForBuffersItGoesStraightIntoTheAnswer() throws IOException {
    List<MatrixSeries> series = anySeries(40, 1_000);
    for (int most : new int[] {0, 200_000, 400_000}) {
      memory.most = most;
      assertThat(written(pool, series, () -> {})).as("seed %d", seed).isEqualTo(expected(series));
      assertThat(memory.held).isZero();
    }
  }

  @Test
  void whatAPartFailsWithIsThrown() {
    List<MatrixSeries> series = anySeries(20, 1_000);
    SqlException failure = new SqlException(SqlErrorCode.TIMEOUT, "late");
    series.add(
        15,
        new MatrixSeries() {
          @Override
          public Labels labels() {
            return Labels.EMPTY;
          }

          @Override
          public int size() {
            return 2_000;
          }

          @Override
          public void forEach(PointConsumer consumer) {
            throw failure;
          }
        });
    for (Executor threads : List.of(INLINE, NEVER, (Executor) pool)) {
      assertThatThrownBy(() -> written(threads, series, () -> {})).isSameAs(failure);
    }
  }

  @Test
  void aQueryThatHasToEndLeavesNothingToDo() {
    List<MatrixSeries> series = anySeries(60, 1_000);
    List<Runnable> tasks = new ArrayList<>();
    AtomicInteger checks = new AtomicInteger();
    SqlException cancelled = new SqlException(SqlErrorCode.CANCELLED, "cancelled");
    Runnable check =
        () -> {
          if (checks.incrementAndGet() == 4) {
            throw cancelled;
          }
        };
    assertThatThrownBy(() -> written(tasks::add, series, check)).isSameAs(cancelled);
    assertThat(tasks)
        .isNotEmpty()
        .allSatisfy(task -> assertThat(((FutureTask<?>) task).isCancelled()).isTrue());
  }
}
