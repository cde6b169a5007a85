package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.QueryConfig;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A 500 never goes without its cause in the log. */
class LoggedFaultsIT {
  @TempDir private static Path directory;

  /** A clock that tells queries no time once it is broken. */
  private static final class BreakingClock implements InstantSource {
    private volatile boolean broken;

    @Override
    public Instant instant() {
      return Instant.now();
    }

    @Override
    public long millis() {
      if (broken) {
        throw new IllegalStateException("the clock is broken");
      }
      return InstantSource.super.millis();
    }
  }

  private static final class Faults extends AbstractAppender implements AutoCloseable {
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();

    Faults() {
      super("faults", null, null, true, Property.EMPTY_ARRAY);
      start();
      LoggerContext.getContext(false)
          .getConfiguration()
          .getRootLogger()
          .addAppender(this, Level.ERROR, null);
    }

    @Override
    public void append(LogEvent event) {
      events.add(event.toImmutable());
    }

    @Override
    public void close() {
      LoggerContext.getContext(false).getConfiguration().getRootLogger().removeAppender(getName());
      stop();
    }
  }

  @Test
  void theCauseOfEachIsLogged() throws Exception {
    BreakingClock clock = new BreakingClock();
    try (QueryServiceFixture fixture =
            new QueryServiceFixture(directory, QueryConfig.defaults(), clock);
        Faults faults = new Faults()) {
      clock.broken = true;

      var response = fixture.query("SELECT 1");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).contains("query_id").doesNotContain("clock");
      assertThat(faults.events).hasSize(1);
      LogEvent logged = faults.events.get(0);
      assertThat(logged.getThrown()).hasRootCauseMessage("the clock is broken");
      assertThat(
              logged.getContextData().toMap().toString()
                  + logged.getMessage().getFormattedMessage())
          .contains(fixture.parse(response.body()).get("query_id").asText());

      String url =
          "jdbc:avatica:remote:url=http://127.0.0.1:%d/avatica;serialization=protobuf"
              .formatted(fixture.port());
      try (var connection = DriverManager.getConnection(url);
          var statement = connection.createStatement()) {
        Assertions.assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
            .isInstanceOf(SQLException.class)
            .hasMessageNotContaining("clock");
      }
      assertThat(faults.events).hasSize(2);
      assertThat(faults.events.get(1).getThrown()).hasRootCauseMessage("the clock is broken");
    }
  }
}
