package dev.annulus.query.http;

import dev.annulus.model.SampleRules;
import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.SqlCatalog;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** {@code GET /schema}: what SQL may name and samples may hold, for editors and documentation. */
public final class SchemaRoutes implements Routes {
  private final Map<String, Object> schema = new LinkedHashMap<>();

  /**
   * @param rules their limits are part of the schema
   */
  public SchemaRoutes(SqlCatalog catalog, SampleRules rules) {
    schema.put("tables", catalog.tables());
    schema.put("functions", catalog.functions().stream().map(Function::of).toList());
    Map<String, Object> limits = new LinkedHashMap<>();
    limits.put("name_bytes", rules.maxNameBytes());
    limits.put("tags", rules.maxTags());
    limits.put("tag_key_bytes", rules.maxTagKeyBytes());
    limits.put("tag_value_bytes", rules.maxTagValueBytes());
    limits.put("series_bytes", rules.maxSeriesBytes());
    limits.put("step", rules.maxStep());
    limits.put("slots", rules.maxSlots());
    schema.put("limits", limits);
  }

  private record Function(String name, String signature, String help, String nulls, String kind) {
    static Function of(FunctionDoc doc) {
      return new Function(
          doc.name(),
          doc.signature(),
          doc.help(),
          doc.nulls(),
          doc.kind().name().toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/schema", ctx -> ctx.json(schema), Scope.QUERY);
  }
}
