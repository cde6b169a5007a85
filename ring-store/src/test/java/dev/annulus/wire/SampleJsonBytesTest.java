package dev.annulus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JSON samples are made of before they are values: bytes, and how many of what. */
class SampleJsonBytesTest {
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  @Test
  void bytesThatAreNotUtf8AreRefusedAndNeverMergeSeries() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("SampleJsonBytesTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] tag = new byte[1 + random.nextInt(4)];
      random.nextBytes(tag);
      for (int j = 0; j < tag.length; j++) {
        tag[j] |= random.nextInt(4) > 0 ? (byte) 0x80 : 0;
        tag[j] = tag[j] >= 0 ? (byte) 'x' : tag[j];
      }
      byte[] body = sample(tag);
      String text = decoded(tag);
      samples.clear();
      if (text == null) {
        assertThatThrownBy(() -> readBytes(body)).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> readStream(body)).hasMessageContaining("UTF-8");
        assertThat(samples).isEmpty();
      } else {
        readBytes(body);
        readStream(body);
        assertThat(samples)
            .hasSize(2)
            .allSatisfy(
                sample ->
                    assertThat(sample.series().keyOrDefault().tags().get(0).value())
                        .isEqualTo(text));
      }
    }
  }

  @Test
  void aByteOrderMarkIsDropped() {
    readBytes("\uFEFF{\"name\":\"m\",\"ts\":1,\"value\":2}\n".getBytes(UTF_8));
    readStream("\uFEFF[{\"name\":\"m\",\"ts\":1,\"value\":2}]".getBytes(UTF_8));
    assertThat(samples).hasSize(2);
  }

  @Test
  void anEmptyTagIsNoTag() {
    readBytes(
        "{\"name\":\"m\",\"ts\":1,\"value\":2,\"tags\":{\"a\":\"\",\"b\":\"x\"}}".getBytes(UTF_8));
    assertThat(samples.get(0).series().keyOrDefault().canonical()).isEqualTo("m{b=\"x\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 40_000, 400_000})
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void readingStopsAtTheLimitOfTags(int count) {
    String tags =
        IntStream.range(0, count)
            .mapToObj(i -> "\"k" + i + "\":\"v\"")
            .collect(Collectors.joining(",", "{", "}"));
    String body =
        "{\"name\":\"m\",\"ts\":1,\"value\":2,\"tags\":"
            + tags
            + "}{\"name\":\"n\",\"ts\":1,\"value\":2}";
    readBytes(body.getBytes(UTF_8));
    assertThat(problems)
        .allMatch(
            problem ->
                problem.startsWith(
                    "tags: at most " + SampleRules.DEFAULT.maxTags() + " are allowed"))
        .hasSize(1);
    assertThat(samples).as("the one behind it").hasSize(1);
  }

  private static byte[] sample(byte[] tag) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("{\"name\":\"m\",\"ts\":1,\"value\":2,\"tags\":{\"t\":\"".getBytes(UTF_8));
    out.writeBytes(tag);
    out.writeBytes("\"}}".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static String decoded(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private void readBytes(byte[] body) {
    SampleJson.read(body, MetricType.GAUGE, new Collector());
  }

  private void readStream(byte[] body) {
    SampleJson.read(new ByteArrayInputStream(body), MetricType.GAUGE, new Collector());
  }

  private final class Collector implements SampleJson.Handler {
    @Override
    public void sample(int index, Sample sample) {
      samples.add(sample);
    }

    @Override
    public void invalid(int index, InvalidSampleException problem) {
      problems.add(problem.describe());
    }
  }
}
