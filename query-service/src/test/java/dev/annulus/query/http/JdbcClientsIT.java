package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.annulus.model.SeriesSpec;
import dev.annulus.query.QueryConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import schemacrawler.schema.Catalog;
import schemacrawler.schema.Column;
import schemacrawler.schema.Table;
import schemacrawler.schemacrawler.SchemaCrawlerOptionsBuilder;
import schemacrawler.tools.utility.SchemaCrawlerUtility;
import us.fatehi.utility.datasource.DatabaseConnectionSources;
import us.fatehi.utility.datasource.MultiUseUserCredentials;

/** What others connect with: a pool, Spring, jOOQ, a schema browser. */
class JdbcClientsIT {
  @TempDir private static Path directory;
  private static QueryServiceFixture service;
  private static long id;

  @BeforeAll
  static void start() throws Exception {
    service = new QueryServiceFixture(directory, QueryConfig.defaults());
    SeriesSpec spec = QueryServiceFixture.gauge("clients.cpu", Map.of("host", "a"));
    service.write(spec, 1000, 1.5, 1001, 2.5, 1060, 4, 1061, 5, 1062, 6);
    id = service.id(spec);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String url() {
    return "jdbc:avatica:remote:serialization=protobuf;url=http://127.0.0.1:"
        + service.port()
        + "/avatica";
  }

  @Test
  void hikariKeepsConnectionsAndTestsThem() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url());
    config.setConnectionTestQuery("SELECT 1");
    config.setMaximumPoolSize(3);
    config.setReadOnly(true);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      List<Connection> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(pool.getConnection());
      }
      for (Connection connection : all) {
        connection.close();
      }
      JdbcTemplate spring = new JdbcTemplate(pool);
      for (int i = 0; i < 20; i++) {
        assertThat(
                spring.queryForObject(
                    "SELECT count(*) FROM samples WHERE metric_id = ?", Long.class, id))
            .isEqualTo(5);
      }
    }
  }

  @Test
  void springsTemplateFillsInAndExplains() throws Exception {
    try (Connection connection = DriverManager.getConnection(url())) {
      JdbcTemplate spring = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
      String sql = "SELECT ts, value FROM samples WHERE metric_id = ? AND ts >= ? ORDER BY ts";
      assertThat(spring.query(sql, (row, i) -> row.getDouble("value"), id, 1001))
          .containsExactly(2.5, 4.0, 5.0, 6.0);
      assertThat(spring.queryForList(sql + " LIMIT ? OFFSET ?", id, 1000, 2, 1))
          .extracting(row -> row.get("ts"))
          .containsExactly(1001L, 1060L);
      assertThat(
              spring.queryForMap("SELECT name FROM annulus.public.metrics WHERE metric_id = ?", id))
          .containsEntry("name", "clients.cpu");
      assertThatThrownBy(() -> spring.queryForList("SELECT nmae FROM metrics WHERE step = ?", 1))
          .isInstanceOf(BadSqlGrammarException.class)
          .rootCause()
          .hasMessageContaining("nmae");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SQLDialect.class,
      names = {
        "DEFAULT",
        "POSTGRES",
        "MYSQL",
        "H2",
        "SQLITE",
        "HSQLDB",
        "DERBY",
        "DUCKDB",
        "YUGABYTEDB"
      })
  void jooqLimitsInTheWordsOfDialects(SQLDialect dialect) throws Exception {
    try (Connection connection = DriverManager.getConnection(url())) {
      DSLContext jooq =
          DSL.using(
              connection, dialect, new Settings().withRenderQuotedNames(RenderQuotedNames.NEVER));
      var query =
          jooq.select(field("ts", Long.class))
              .from(table("samples"))
              .where(field("metric_id", Long.class).eq(id))
              .orderBy(field("ts"));
      assertThat(query.limit(2).fetch(0, Long.class)).containsExactly(1000L, 1001L);
      assertThat(query.limit(2).offset(3).fetch(0, Long.class)).containsExactly(1061L, 1062L);
      assertThat(query.offset(4).limit(5).fetch(0, Long.class)).containsExactly(1062L);
    }
  }

  @Test
  void schemaCrawlerFindsTablesAndColumns() {
    Catalog catalog =
        SchemaCrawlerUtility.getCatalog(
            DatabaseConnectionSources.newDatabaseConnectionSource(
                url(), new MultiUseUserCredentials()),
            SchemaCrawlerOptionsBuilder.newSchemaCrawlerOptions());
    assertThat(catalog.getSchemas()).extracting(Object::toString).contains("annulus.public");
    assertThat(catalog.getTables())
        .extracting(Table::getName)
        .containsExactlyInAnyOrder("samples", "metrics", "metric_tags");
    for (Table table : catalog.getTables()) {
      if (table.getName().equals("samples")) {
        assertThat(table.getColumns())
            .extracting(Column::getName)
            .containsExactly("metric_id", "ts", "value", "type", "ts_ms");
      }
    }
  }
}
