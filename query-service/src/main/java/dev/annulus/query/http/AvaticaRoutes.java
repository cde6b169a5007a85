package dev.annulus.query.http;

import dev.annulus.query.jdbc.AvaticaServer;
import dev.annulus.query.jdbc.JdbcClient;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** {@code POST /avatica}: where JDBC clients connect to. */
public final class AvaticaRoutes implements Routes {
  private final AvaticaServer server;

  public AvaticaRoutes(AvaticaServer server) {
    this.server = server;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/avatica", this::answer, Scope.QUERY);
  }

  private void answer(Context ctx) {
    JdbcClient client = new JdbcClient(ctx.ip(), Requests.connection(ctx));
    AvaticaServer.Answer answer = server.answer(ctx.bodyAsBytes(), client);
    // The driver says the same of what it sends, in either form.
    ctx.status(answer.status()).contentType("application/octet-stream").result(answer.body());
  }
}
