package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.dashboards.DashboardFolder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards of files, as clients of HTTP see them. */
class ProvidedDashboardsIT {
  private static final String BODY = "{\"title\":\"Mine\",\"definition\":{\"panels\":[]}}";

  @TempDir private Path store;
  @TempDir private Path folder;
  private QueryServiceFixture service;

  @BeforeEach
  void start() throws IOException {
    write("fleet.json", "{\"title\":\"Fleet\",\"definition\":{\"panels\":[{\"title\":\"CPU\"}]}}");
    write("broken.json", "{\"panels\":[");
    write("notes.txt", "no dashboard");
    service =
        new QueryServiceFixture(
            store,
            QueryConfig.defaults()
                .withDashboards(new DashboardFolder(folder, Duration.ofMillis(10))));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void filesAreDashboardsBesideTheStoredOnes() throws Exception {
    assertThat(service.send("PUT", "/dashboards/mine", BODY).statusCode()).isEqualTo(200);
    assertThat(service.getJson("/dashboards").get("dashboards").toString())
        .isEqualTo(
            "[{\"slug\":\"fleet\",\"title\":\"Fleet\",\"provided\":true},"
                + "{\"slug\":\"mine\",\"title\":\"Mine\"}]");
    JsonNode fleet = service.getJson("/dashboards/fleet");
    assertThat(fleet.at("/definition/panels/0/title").asText()).isEqualTo("CPU");
    assertThat(fleet.get("provided").asBoolean()).isTrue();
    assertThat(service.getJson("/dashboards/mine").has("provided")).isFalse();
  }

  @Test
  void theyCanOnlyBeRead() throws Exception {
    for (String method : new String[] {"PUT", "DELETE"}) {
      HttpResponse<String> refused = service.send(method, "/dashboards/fleet", BODY);
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).contains("provided_by_file").contains("the file fleet.json");
    }
    String posted = "{\"slug\":\"fleet\",\"title\":\"X\",\"definition\":{}}";
    assertThat(service.post("/dashboards", posted).statusCode()).isEqualTo(409);
  }

  @Test
  void changesShowWithoutARestart() throws Exception {
    String before = etag("fleet");
    write("fleet.json", "{\"title\":\"Whole fleet\",\"panels\":[]}");
    write("broken.json", "{\"slug\":\"mended\",\"panels\":[]}");
    Awaitility.await().until(() -> service.get("/dashboards/mended").statusCode() == 200);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(service.getJson("/dashboards/fleet").get("title").asText())
                    .isEqualTo("Whole fleet"));
    assertThat(etag("fleet")).isNotEqualTo(before);
    assertThat(service.getJson("/dashboards/mended").get("title").asText()).isEqualTo("broken");
    Files.delete(folder.resolve("fleet.json"));
    Awaitility.await().until(() -> service.get("/dashboards/fleet").statusCode() == 404);
  }

  private String etag(String slug) throws Exception {
    return service.get("/dashboards/" + slug).headers().firstValue("etag").orElseThrow();
  }

  private void write(String name, String content) throws IOException {
    // As editors and orchestrators do, so that no half of a file is ever seen.
    Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
    Files.move(fresh, folder.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
