package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.store.Dashboards;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StarterDashboardsIT {
  @Test
  void areThereOnAFirstStartAndDoNotComeBackWhileOthersAre(@TempDir Path directory)
      throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.open(EmbeddedConfig.in(directory))) {
      Dashboards dashboards = RingStore.open(engine, StoreConfig.DEFAULT).join().dashboards();

      StarterDashboards.putIfNone(dashboards);

      assertThat(dashboards.list(null, 10).join())
          .extracting(Dashboards.Dashboard::slug)
          .containsExactly("host", "self");
      JsonNode host =
          new ObjectMapper().readTree(dashboards.get("host").join().orElseThrow().definition());
      assertThat(host.get("panels").findValuesAsText("metric"))
          .contains("cpu_percent", "mem_used_percent", "disk_used_percent", "load_avg_1m")
          .contains("net_bytes_sent", "net_bytes_recv");
      assertThat(host.get("panels").findValuesAsText("formula")).contains("sent - received");

      dashboards.delete("host", null).join();
      StarterDashboards.putIfNone(dashboards);
      assertThat(dashboards.list(null, 10).join())
          .extracting(Dashboards.Dashboard::slug)
          .containsExactly("self");
    }
  }
}
