package dev.annulus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleJsonTest {
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  @Test
  void aGaugeWithEveryField() {
    read(
        """
        {"name":"cpu","ts":1700000000,"value":37.5,"tags":{"host":"a"},"step":5,"slots":10,
         "metric_id":7}
        """,
        MetricType.GAUGE);
    SeriesSpec spec =
        new SeriesSpec(7L, SeriesKey.of("cpu", Map.of("host", "a")), MetricType.GAUGE, 5_000L, 10);
    assertThat(samples).containsExactly(new Sample(spec, 1_700_000_000_000L, 37.5));
  }

  @Test
  void timesAndStepsMayBeInMilliseconds() {
    read("{\"name\":\"m\",\"ts_ms\":1700000000123,\"value\":1,\"step_ms\":250}", MetricType.GAUGE);
    read(
        "{\"name\":\"m\",\"ts\":1700000000,\"ts_ms\":1700000000123,\"value\":1,\"step\":2,\"step_ms\":2000}",
        MetricType.GAUGE);
    assertThat(samples)
        .extracting(Sample::tsMillis)
        .containsExactly(1_700_000_000_123L, 1_700_000_000_123L);
    assertThat(samples).extracting(s -> s.series().stepMillis()).containsExactly(250L, 2_000L);
    read(
        "{\"name\":\"m\",\"ts\":1700000001,\"ts_ms\":1700000000123,\"value\":1}", MetricType.GAUGE);
    read("{\"name\":\"m\",\"ts\":1,\"value\":1,\"step\":1,\"step_ms\":250}", MetricType.GAUGE);
    read("{\"name\":\"m\",\"ts\":1,\"value\":1,\"step_ms\":0}", MetricType.GAUGE);
    read("{\"name\":\"m\",\"ts_ms\":-1,\"value\":1}", MetricType.GAUGE);
    read("{\"name\":\"m\",\"ts_ms\":1.5,\"value\":1}", MetricType.GAUGE);
    read("{\"name\":\"m\",\"ts\":1700000000000000000,\"value\":1}", MetricType.GAUGE);
    assertThat(problems)
        .containsExactly(
            "0 ts_ms: must be in the second of ts, 1700000001",
            "0 step_ms: must be as long as step, 1 s",
            "0 step_ms: must be at least 1, got 0",
            "0 ts_ms: must not be negative, got -1",
            "0 ts_ms: must be a whole number within 64 bits",
            "0 ts: must be in seconds; 1700000000000000000 looks like nanoseconds");
  }

  @Test
  void oneObjectAnArrayAndLines() {
    String one = "{\"name\":\"m\",\"ts\":1,\"value\":2}";
    read(one, MetricType.GAUGE);
    read("[" + one + "," + one + "]", MetricType.GAUGE);
    read(one + "\n" + one + "\n\n" + one + "\n", MetricType.GAUGE);
    assertThat(samples).hasSize(6);
    read("[]", MetricType.GAUGE);
    assertThat(samples).hasSize(6);
  }

  @Test
  void nullMeansLeftOut() {
    read(
        "{\"name\":\"m\",\"ts\":1,\"value\":2,\"tags\":null,\"step\":null,\"metric_id\":null}",
        MetricType.GAUGE);
    assertThat(samples).hasSize(1);
  }

  @Test
  void withoutAFixedTypeTheSampleSaysWhatItIs() {
    read("{\"name\":\"m\",\"ts\":1,\"value\":2}", null);
    read("{\"name\":\"m\",\"ts\":1,\"raw_value\":2}", null);
    read("{\"type\":\"counter\",\"name\":\"m\",\"ts\":1,\"value\":2}", null);
    read("{\"type\":\"counter\",\"name\":\"m\",\"ts\":1,\"raw_value\":2}", null);
    assertThat(samples)
        .extracting(s -> s.series().type())
        .containsExactly(
            MetricType.GAUGE, MetricType.COUNTER, MetricType.COUNTER, MetricType.COUNTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1700000000", "1700000000.0", "1.7e9"})
  void aWholeNumberMayBeWrittenInAnyWay(String ts) {
    read("{\"name\":\"m\",\"ts\":" + ts + ",\"value\":2}", MetricType.GAUGE);
    assertThat(samples.get(0).tsMillis()).isEqualTo(1_700_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'name':'m','value':1} | ts: is missing; expected epoch seconds",
        "{'name':'m','ts':1} | value: is missing",
        "{'ts':1,'value':1} | name: is missing; a sample needs a name or a metric_id",
        "{'name':'','ts':1,'value':1} | name: must not be empty",
        "{'name':'m','ts':1.5,'value':1} | ts: must be a whole number within 64 bits",
        "{'name':'m','ts':1e300,'value':1} | ts: must be a whole number within 64 bits",
        "{'name':'m','ts':99999999999999999999,'value':1} | ts: must be a whole number within 64 bits",
        "{'name':'m','ts':'1','value':1} | ts: must be a whole number, got a string",
        "{'name':'m','ts':1,'value':'x'} | value: must be a number, got a string",
        "{'name':'m','ts':1,'value':true} | value: must be a number, got a boolean",
        "{'name':'m','ts':1,'value':1,'valu':2} | valu: is not a field of a sample",
        "{'name':'m','ts':1,'ts':2,'value':1} | ts: is given twice",
        "{'name':'m','ts':1,'value':1,'tags':[1,{'a':2}]} | tags: must be an object of strings, got an array",
        "{'name':'m','ts':1,'value':1,'tags':{'a':{'b':[1]}}} | tags.a: must be a string, got an object",
        "{'name':'m','ts':1,'value':1,'tags':{'a':1,'b':2}} | tags.a: must be a string, got a number",
        "{'name':'m','ts':1,'value':1,'tags':{'a':'1','a':'2'}} | tags.a: is given twice",
        "{'name':'m','ts':1,'value':1,'step':99999999999} | step: must fit into 32 bits",
        "{'name':'m','ts':1,'raw_value':1} | raw_value: belongs to a counter; a gauge has value",
        "{'name':5,'ts':1,'value':1} | name: must be a string, got a number",
        "{'metric_id':1,'tags':{'a':'b'},'ts':1,'value':1} | tags: require a name",
      })
  void aFaultNamesFieldAndRuleAndTheNextSampleIsRead(String json, String problem) {
    String body = json.replace('\'', '"');
    read("[" + body + ",{\"name\":\"next\",\"ts\":1,\"value\":1}]", MetricType.GAUGE);
    assertThat(problems).containsExactly("0 " + problem);
    assertThat(samples).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[",
        "[{}",
        "nonsense",
        "[1]",
        "\"text\"",
        "{\"a\":}",
        "[{}] x",
        "{\"name\":\"m",
        "{\"tags\":{\"a\":[",
        "[{\"tags\":5"
      })
  void brokenJsonIsRefusedWhole(String body) {
    assertThatThrownBy(() -> read(body, MetricType.GAUGE))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void depthAndLengthAreBounded() {
    assertThatThrownBy(() -> read("{\"tags\":" + "[".repeat(100_000), MetricType.GAUGE))
        .isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(() -> read("{\"name\":\"" + "x".repeat(100_000) + "\"}", MetricType.GAUGE))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void whatIsWrittenReadsBack() {
    SeriesSpec spec =
        new SeriesSpec(9L, SeriesKey.of("c", Map.of("k", "v\"\\")), MetricType.COUNTER, 250L, 6);
    SeriesSamples before =
        new SeriesSamples(spec, new long[] {1_000, 2_001}, new double[] {0.1, 1e300});
    SampleJson.read(SampleJson.write(before), null, handler());
    assertThat(samples)
        .containsExactly(new Sample(spec, 1_000, 0.1), new Sample(spec, 2_001, 1e300));
  }

  @Test
  void incrementsReadBack() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    byte[] json = SampleJson.write(new SeriesSamples(deltas, new long[] {1_000}, new double[] {2}));
    assertThat(new String(json, UTF_8)).contains("\"type\":\"counter\"", "\"delta_value\":2.0");
    SampleJson.read(json, null, handler());
    read("{\"name\":\"d\",\"ts\":3,\"delta_value\":4,\"tags\":{}}", MetricType.COUNTER);
    read("{\"name\":\"d\",\"ts\":3,\"delta_value\":4}", null);
    assertThat(samples)
        .containsExactly(
            new Sample(deltas, 1_000, 2),
            new Sample(deltas, 3_000, 4),
            new Sample(deltas, 3_000, 4));
    read("{\"name\":\"d\",\"ts\":3,\"delta_value\":4}", MetricType.GAUGE);
    read("{\"name\":\"d\",\"ts\":3,\"delta_value\":4,\"raw_value\":4}", MetricType.COUNTER);
    assertThat(problems)
        .containsExactly(
            "0 delta_value: belongs to a counter; a gauge has value",
            "0 delta_value: must not be set together with raw_value");
  }

  private void read(String json, MetricType type) {
    SampleJson.read(json.getBytes(UTF_8), type, handler());
  }

  private SampleJson.Handler handler() {
    return new SampleJson.Handler() {
      @Override
      public void sample(int index, Sample sample) {
        samples.add(sample);
      }

      @Override
      public void invalid(int index, InvalidSampleException problem) {
        problems.add(index + " " + problem.describe());
      }
    };
  }
}
