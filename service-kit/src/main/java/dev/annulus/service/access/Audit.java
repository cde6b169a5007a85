package dev.annulus.service.access;

import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audit log of changes, on the logger {@code annulus.audit}. */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("annulus.audit");

  private Audit() {}

  /**
   * Records a completed action.
   *
   * @param action in words
   * @param key of the changed object's id, such as {@code metric_id}
   */
  public static void record(Context ctx, String action, String key, Object value) {
    LOG.atInfo()
        .addKeyValue("action", action)
        .addKeyValue(key, value)
        .addKeyValue("caller", Caller.of(ctx).name())
        .addKeyValue("client", ctx.ip())
        .log("admin action");
  }
}
