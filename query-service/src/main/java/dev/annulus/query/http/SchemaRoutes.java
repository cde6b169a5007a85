package dev.annulus.query.http;

import dev.annulus.query.sql.api.FunctionDoc;
import dev.annulus.query.sql.api.SqlCatalog;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** {@code GET /schema}: what SQL may name, for editors and documentation. */
public final class SchemaRoutes implements Routes {
  private final Map<String, Object> schema = new LinkedHashMap<>();

  public SchemaRoutes(SqlCatalog catalog) {
    schema.put("tables", catalog.tables());
    schema.put("functions", catalog.functions().stream().map(Function::of).toList());
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
    routes.get("/schema", ctx -> ctx.json(schema));
  }
}
