package dev.annulus.query.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.query.dashboards.DashboardFile.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidedDashboardsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"panels\":[|line 1 is not JSON",
        "[]|is not a JSON object",
        "{}|no list of panels",
        "{\"definition\":{\"panels\":3}}|no list of panels",
        "{\"panels\":[],\"slug\":\"../x\"}|its slug \"../x\"",
        "{\"panels\":[],\"title\":3}|its title is not a text",
        "{\"panels\":[],\"schemaVersion\":39}|a dashboard of Grafana",
        "{\"panels\":[{\"gridPos\":{\"x\":0}}]}|a dashboard of Grafana",
        "{\"dashboard\":{\"panels\":[],\"schemaVersion\":39}}|a dashboard of Grafana",
      })
  void aFileThatIsNoDashboardSaysWhy(String content, String reason) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), content);
    assertThatThrownBy(() -> DashboardFile.read(file))
        .isInstanceOf(UnusableException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFileThatIsTooLargeSaysSo() throws Exception {
    Path file = folder.resolve("x.json");
    Files.write(file, new byte[DashboardFile.MAX_BYTES + 1]);
    assertThatThrownBy(() -> DashboardFile.read(file)).hasMessageContaining("larger than");
  }

  @Test
  void filesBeyondTheLimitOfAllAreLeftOut() throws Exception {
    String padding = "x".repeat(1_000_000);
    for (int i = 10; i < 30; i++) {
      write("f" + i + ".json", "{\"panels\":[],\"note\":\"" + padding + "\"}");
    }
    try (ProvidedDashboards dashboards = open()) {
      assertThat(dashboards.all()).hasSize((int) (ProvidedDashboards.MAX_BYTES / 1_000_000));
    }
  }

  @Test
  void ofTwoFilesWithOneSlugTheFirstCounts() throws Exception {
    write("a.json", "{\"slug\":\"same\",\"panels\":[]}");
    write("b.json", "{\"slug\":\"same\",\"panels\":[]}");
    try (ProvidedDashboards dashboards = open()) {
      assertThat(dashboards.all()).extracting(DashboardFile::file).containsExactly("a.json");
    }
  }

  @Test
  void aFolderThatIsMissingIsWaitedFor() throws Exception {
    Path later = folder.resolve("later");
    try (ProvidedDashboards dashboards =
        new ProvidedDashboards(new DashboardFolder(later, Duration.ofMillis(10)))) {
      assertThat(dashboards.all()).isEmpty();
      Files.createDirectory(later);
      Files.writeString(later.resolve("x.json"), "{\"panels\":[]}");
      Awaitility.await().until(() -> dashboards.get("x").isPresent());
    }
  }

  @Test
  void aVersionThatCannotBeUsedLeavesTheOneBefore() throws Exception {
    write("x.json", "{\"title\":\"Good\",\"panels\":[]}");
    try (ProvidedDashboards dashboards = open()) {
      write("x.json", "{\"title\":");
      write("y.json", "{\"panels\":[]}");
      Awaitility.await().until(() -> dashboards.get("y").isPresent());
      assertThat(dashboards.get("x").orElseThrow().title()).isEqualTo("Good");
    }
  }

  private ProvidedDashboards open() {
    return new ProvidedDashboards(new DashboardFolder(folder, Duration.ofMillis(10)));
  }

  private void write(String name, String content) throws IOException {
    Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
    Files.move(fresh, folder.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
