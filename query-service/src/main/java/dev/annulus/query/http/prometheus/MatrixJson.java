package dev.annulus.query.http.prometheus;

import dev.annulus.promql.eval.MemoryBudget;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.query.sql.SqlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Writes the series of a matrix. To make decimals of a hundred thousand numbers takes as long as
 * everything before, so other threads write the next series meanwhile, a chunk of them at a time.
 * The thread that calls takes each chunk that no other has begun. A chunk that would not fit into
 * the memory of the query is written straight into the answer.
 */
final class MatrixJson {
  /** A chunk ends with the series that reaches so many points: a few milliseconds. */
  private static final int POINTS = 2_048;

  /** A longer series is no part of a chunk. */
  private static final int LONGEST = 12_000;

  private static final int MOST_AHEAD = 4;

  /** What a point takes in a buffer that doubles when it is full. */
  private static final int POINT_BYTES = 80;

  /** What is around the points of a series, and how much longer labels can become in JSON. */
  private static final int SERIES_BYTES = 256;

  private static final int LABEL_FACTOR = 12;

  private final Executor threads;
  private final MemoryBudget memory;

  /**
   * @param threads write ahead
   * @param memory of the query; may refuse
   */
  MatrixJson(Executor threads, MemoryBudget memory) {
    this.threads = threads;
    this.memory = memory;
  }

  /** Some neighbouring series; the task writes them. */
  private record Chunk(FutureTask<ByteArrayOutputStream> task, long bytes) {}

  /**
   * Writes an array of all series.
   *
   * @param check called between chunks; throws if the query should end
   */
  void write(JsonAnswer json, List<MatrixSeries> series, Runnable check) throws IOException {
    json.raw("[");
    Deque<Chunk> ahead = new ArrayDeque<>();
    try {
      int next = 0;
      while (next < series.size() || !ahead.isEmpty()) {
        check.run();
        int end = next < series.size() ? end(series, next) : next;
        Chunk begun = null;
        if (end > next && ahead.size() < MOST_AHEAD) {
          begun = begin(series, next, end);
        }
        if (begun != null) {
          ahead.add(begun);
          next = end;
        } else if (!ahead.isEmpty()) {
          finish(ahead.remove(), json);
        } else {
          write(json, series, next, end);
          next = end;
        }
      }
    } finally {
      ahead.forEach(chunk -> chunk.task().cancel(false));
    }
    json.raw("]");
  }

  private static int end(List<MatrixSeries> series, int from) {
    int points = 0;
    int end = from;
    while (end < series.size() && points < POINTS && (end == from || isShort(series.get(end)))) {
      points += series.get(end++).size();
    }
    return end;
  }

  private static boolean isShort(MatrixSeries series) {
    return series.size() <= LONGEST;
  }

  /** Null if the series have to be written without a buffer. */
  private @Nullable Chunk begin(List<MatrixSeries> series, int from, int end) {
    // A small answer is not worth another thread.
    if (!isShort(series.get(from)) || (from == 0 && end == series.size())) {
      return null;
    }
    long bytes = 0;
    for (MatrixSeries one : series.subList(from, end)) {
      bytes += SERIES_BYTES + LABEL_FACTOR * one.labels().bytes() + (long) POINT_BYTES * one.size();
    }
    try {
      memory.reserve(bytes);
    } catch (SqlException e) {
      memory.release(bytes); // what was refused counts, too
      return null;
    }
    int size = (int) Math.min(Integer.MAX_VALUE, bytes / 2);
    FutureTask<ByteArrayOutputStream> task =
        new FutureTask<>(
            () -> {
              ByteArrayOutputStream buffer = new ByteArrayOutputStream(size);
              try (JsonAnswer json = new JsonAnswer(buffer)) {
                write(json, series, from, end);
              }
              return buffer;
            });
    threads.execute(task);
    return new Chunk(task, bytes);
  }

  private void finish(Chunk chunk, JsonAnswer json) throws IOException {
    chunk.task().run(); // unless another thread has begun
    try {
      json.bytes(chunk.task().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    }
    memory.release(chunk.bytes());
  }

  private static void write(JsonAnswer json, List<MatrixSeries> series, int from, int end)
      throws IOException {
    try {
      for (int i = from; i < end; i++) {
        MatrixSeries one = series.get(i);
        json.comma(i == 0).raw("{\"metric\":").labels(one.labels()).raw(",\"values\":[");
        boolean[] first = {true};
        one.forEach(
            (millis, value) -> {
              try {
                json.comma(first[0]).point(millis, value);
                first[0] = false;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
        json.raw("]}");
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
