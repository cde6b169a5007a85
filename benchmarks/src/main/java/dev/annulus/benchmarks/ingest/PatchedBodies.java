package dev.annulus.benchmarks.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pre-rendered text bodies. Only the ten digits of each timestamp's seconds are patched, so the
 * generator costs almost nothing.
 */
final class PatchedBodies implements Bodies {
  private static final int TEMPLATES = 32;
  private static final byte[] SECONDS = "SSSSSSSSSS".getBytes(StandardCharsets.US_ASCII);

  private final String path;
  private final String headers;
  private final int samples;
  private final int ticks;
  private final long start;
  private final List<Template> templates = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Template(byte[] bytes, int[] places, int[] ticks) {}

  /** Renders the rows of one tick, with {@code SSSSSSSSSS} as placeholder for the seconds. */
  interface Renderer {
    String tick(int[] values);
  }

  /**
   * @param samples in each body
   * @param ticks seconds in each body
   * @param start epoch seconds of the first
   */
  PatchedBodies(
      String path,
      String headers,
      int samples,
      CpuRows rows,
      int ticks,
      long start,
      Renderer renderer) {
    this.path = path;
    this.headers = headers;
    this.samples = samples;
    this.ticks = ticks;
    this.start = start;
    int[][] values = rows.values(TEMPLATES * ticks);
    for (int i = 0; i < TEMPLATES; i++) {
      templates.add(template(Arrays.copyOfRange(values, i * ticks, (i + 1) * ticks), renderer));
    }
  }

  private static Template template(int[][] values, Renderer renderer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<int[]> found = new ArrayList<>();
    for (int tick = 0; tick < values.length; tick++) {
      byte[] text = renderer.tick(values[tick]).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i + SECONDS.length <= text.length; i++) {
        if (text[i] == 'S' && Arrays.equals(text, i, i + SECONDS.length, SECONDS, 0, 10)) {
          found.add(new int[] {bytes.size() + i, tick});
          i += SECONDS.length;
        }
      }
      bytes.writeBytes(text);
    }
    return new Template(
        bytes.toByteArray(),
        found.stream().mapToInt(place -> place[0]).toArray(),
        found.stream().mapToInt(place -> place[1]).toArray());
  }

  @Override
  public int samples() {
    return samples;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String headers() {
    return headers;
  }

  @Override
  public byte[] body(int number) {
    Template template = templates.get(number % TEMPLATES);
    int tick = -1;
    byte[] digits = new byte[10];
    for (int i = 0; i < template.places().length; i++) {
      if (template.ticks()[i] != tick) {
        tick = template.ticks()[i];
        digits =
            Long.toString(start + (long) number * ticks + tick).getBytes(StandardCharsets.US_ASCII);
      }
      System.arraycopy(digits, 0, template.bytes(), template.places()[i], digits.length);
    }
    return template.bytes();
  }
}
