package dev.annulus.query.http;

import dev.annulus.kv.StoreException;
import dev.annulus.query.jdbc.AvaticaServer;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** {@code POST /avatica}: where JDBC clients connect to. */
public final class AvaticaRoutes implements Routes {
  private final AvaticaServer server;
  private final Reads reads;

  public AvaticaRoutes(AvaticaServer server, Reads reads) {
    this.server = server;
    this.reads = reads;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/avatica", this::answer, Scope.QUERY);
  }

  private void answer(Context ctx) {
    byte[] body = ctx.bodyAsBytes();
    ctx.future(
        () ->
            reads
                .run(ctx, running -> send(ctx, server.answer(body, running)))
                .exceptionally(
                    failure -> {
                      send(ctx, server.refusal(body, StoreException.unwrap(failure)));
                      return null;
                    }));
  }

  private static void send(Context ctx, AvaticaServer.Answer answer) {
    // The driver says the same of what it sends, in either form.
    ctx.status(answer.status()).contentType("application/octet-stream").result(answer.body());
  }
}
