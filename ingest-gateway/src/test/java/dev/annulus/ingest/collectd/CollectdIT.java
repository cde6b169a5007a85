package dev.annulus.ingest.collectd;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectdIT {
  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String list(String values, String types, String names, String rest) {
    return "{'values':[%s],'dstypes':[%s],'dsnames':[%s],'time':%d.999,'interval':10.000,%s}"
        .formatted(values, types, names, NOW, rest);
  }

  private static HttpResponse<byte[]> post(String body) throws Exception {
    return gateway.post("/collectd-post", body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void namesTypesAndTagsAreThoseOfCollectdsExporter() throws Exception {
    HttpResponse<byte[]> response =
        post(
            "["
                + list(
                    "1.5,null",
                    "'gauge','gauge'",
                    "'shortterm','midterm'",
                    "'host':'a','plugin':'load','plugin_instance':'','type':'load',"
                        + "'type_instance':'','meta':{'x':[1]}")
                + ","
                + list(
                    "18446744073709551615",
                    "'derive'",
                    "'value'",
                    "'host':'a','plugin':'cpu','plugin_instance':'0','type':'cpu',"
                        + "'type_instance':'idle'")
                + ","
                + list(
                    "7",
                    "'counter'",
                    "'rx'",
                    "'host':'a','plugin':'my-if','plugin_instance':'','type':'if_octets',"
                        + "'type_instance':'eth0'")
                + "]");
    assertThat(response.statusCode()).as("collectd logs others as errors").isEqualTo(200);
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.of(
                "collectd_load_shortterm{instance=\"a\"} gauge@" + NOW + ".999",
                1.5,
                "collectd_cpu_total{cpu=\"0\",instance=\"a\",type=\"idle\"} counter@"
                    + NOW
                    + ".999",
                18446744073709551615.0,
                "collectd_my_if_if_octets_rx_total{instance=\"a\",my_if=\"eth0\"} counter@"
                    + NOW
                    + ".999",
                7.0));
  }

  @Test
  void aFaultyValueListIsNamedAndTheOthersAreKept() throws Exception {
    String good = list("1", "'gauge'", "'value'", "'host':'a','plugin':'p','type':'t'");
    String bad = list("1,2", "'gauge'", "'value'", "'host':'a','plugin':'p','type':'t'");
    HttpResponse<byte[]> response = post("[" + bad + "," + good + "]");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response))
        .contains("value list 1: dstypes: must have as many entries as values dropped=1 kept=1");
    assertThat(gateway.written(response))
        .containsOnlyKeys("collectd_p_t{instance=\"a\"} gauge@" + NOW + ".999");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|body: must be an array of collectd's value lists",
        "[1]|[0]: must be an object",
        "[{'values':{}}]|[0].values: must be an array of numbers",
        "[{'values':['1']}]|[0].values: must be a number",
        "[{},{'time':'now'}]|[1].time: must be a number",
        "[{'host':7}]|[0].host: must be a text",
        "[{'dsnames':[7]}]|[0].dsnames: must be a text",
        "[{}|body: is not JSON, at byte",
        "[]x|body: is not JSON, at byte",
        "[] []|body: must end with its array",
        "~~|body: must be an array of collectd's value lists",
        "[{}]|value list 1: plugin: must not be empty",
        "[{'plugin':'p','type':'t'}]|value list 1: time: is missing",
        "[{'plugin':'p','type':'t','time':1}]|value list 1: values: is missing",
        "[{'plugin':'p','type':'t','time':1,'values':[1],'dstypes':['x'],'dsnames':['v']}]"
            + "|value list 1: dstypes: must be gauge, derive, counter or absolute",
        "[{'plugin':'p','type':'t','time':1800000000000,'values':[1],'dstypes':['gauge'],'dsnames':['v']}]"
            + "|value list 1: ts: must be in seconds",
      })
  void anotherShapeIsRefusedByNameAndRule(String body, String detail) throws Exception {
    HttpResponse<byte[]> response = post(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response)).contains(detail);
  }
}
