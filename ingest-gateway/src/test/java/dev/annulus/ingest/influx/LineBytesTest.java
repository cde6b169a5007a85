package dev.annulus.ingest.influx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.IngestLimits;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that are no text, and lines with more of something than is sensible. */
class LineBytesTest {
  private static final int BODY_BYTES = 8 << 20;

  private final SeriesIntake intake =
      new SeriesIntake(Source.INFLUX, SampleRules.DEFAULT, RetentionRules.NONE);
  private final IngestMemory memory =
      new IngestMemory(
          new IngestLimits(Long.MAX_VALUE, 10_000_000, 10_000_000), new SimpleMeterRegistry());
  private final SeriesCache<LineSeries> known = new SeriesCache<>(new RememberedBytes(1_000_000));

  @Test
  void linesThatAreNotUtf8AreRefusedAndNeverMergeSeries() {
    long seed = new Random().nextLong();
    System.out.println("LineBytesTest seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] odd = odd(random);
      byte[] line =
          switch (random.nextInt(4)) {
            case 0 -> joined("m", odd, ",t=a v=1");
            case 1 -> joined("m,t", odd, "=a v=1");
            case 2 -> joined("m,t=a", odd, " v=1");
            default -> joined("m,t=a v", odd, "=1");
          };
      byte[] body = joined("before v=1\n", line, "\nbehind v=1");
      String text = decoded(odd);
      LineParser parser = parser(body, body.length);
      parser.parse();
      List<String> series = series(parser);
      if (text == null) {
        refused++;
        assertThat(parser.problems().text()).matches("line 2: the [a-z ]+ is not UTF-8");
        assertThat(series).containsExactly("before_v", "behind_v");
      } else {
        assertThat(parser.problems().text()).isEmpty();
        assertThat(series.get(1)).contains(text);
      }
    }
    assertThat(refused).isGreaterThan(5_000);
  }

  @Test
  void aByteOrderMarkBeforeTheFirstLineIsDropped() {
    byte[] body = "\uFEFFm v=1\nn v=2".getBytes(UTF_8);
    LineParser parser = parser(body, body.length);
    parser.parse();
    assertThat(series(parser)).containsExactly("m_v", "n_v");
  }

  @Test
  void aTextThatIsNotStoredMayHoldAnyBytes() {
    byte[] body = joined("m s=\"", new byte[] {(byte) 0xE9}, "\",v=1");
    LineParser parser = parser(body, body.length);
    parser.parse();
    assertThat(parser.problems().isEmpty()).isTrue();
    assertThat(series(parser)).containsExactly("m_v");
  }

  /** What takes a time that grows with the square of a body would take an hour. */
  @ParameterizedTest
  @ValueSource(strings = {"m,%s=a v=1", "m,t=%s v=1", "m,%s v=1", "m a=%s", "m %s=1", "%s"})
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void theLargestBodyTakesATimeLikeAnyOtherOfItsSize(String form) {
    for (String piece : List.of("k%d=a,", "k%d=1,", "x", "\\ ", ",", "=", "k%d=1 \n")) {
      StringBuilder body = new StringBuilder(BODY_BYTES + 64);
      body.append(form, 0, form.indexOf("%s"));
      for (int i = 0; body.length() < BODY_BYTES; i++) {
        body.append(piece.replace("%d", Integer.toString(i)));
      }
      body.append(form.substring(form.indexOf("%s") + 2)).append("\nbehind v=1");
      byte[] bytes = body.toString().getBytes(UTF_8);
      LineParser parser = parser(bytes, bytes.length);
      parser.parse();
      assertThat(series(parser)).endsWith("behind_v");
    }
  }

  @Test
  void tooManyTagsAndTooLongAKeyAreNamed() {
    int most = SampleRules.DEFAULT.maxTags();
    StringBuilder tags = new StringBuilder("m");
    for (int i = 0; i <= most; i++) {
      tags.append(",k").append(i).append("=v");
    }
    byte[] body = (tags + " v=1\n" + "x".repeat(100_000) + " v=1\nok v=1").getBytes(UTF_8);
    LineParser parser = parser(body, body.length);
    parser.parse();
    assertThat(parser.problems().text())
        .startsWith(
            "line 1: tags: at most "
                + most
                + " are allowed (ingest.max-tags); line 2: measurement and tags")
        .contains("are longer than");
    assertThat(series(parser)).containsExactly("ok_v");
  }

  private static byte[] odd(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(4)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      // High bytes, or a letter: what stands for something in a line is tested elsewhere.
      bytes[i] = random.nextInt(5) == 0 ? (byte) 'z' : (byte) (bytes[i] | 0x80);
    }
    String some = decoded(bytes);
    return some != null && some.chars().anyMatch(Character::isISOControl)
        ? new byte[] {(byte) 0xC3, (byte) 0xA9}
        : bytes;
  }

  private static String decoded(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static byte[] joined(String before, byte[] bytes, String behind) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(before.getBytes(UTF_8));
    out.writeBytes(bytes);
    out.writeBytes(behind.getBytes(UTF_8));
    return out.toByteArray();
  }

  private LineParser parser(byte[] body, int length) {
    return new LineParser(
        body, length, Precision.NANOS, 1_800_000_000_000L, memory.open(), intake, known);
  }

  private static List<String> series(LineParser parser) {
    List<String> names = new ArrayList<>();
    parser
        .batch()
        .forEachSeries(
            (series, ts, values, from, to) -> names.add(new String(series.recordKey(), UTF_8)));
    return names;
  }
}
