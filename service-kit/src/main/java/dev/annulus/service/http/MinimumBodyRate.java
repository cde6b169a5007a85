package dev.annulus.service.http;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off bodies that arrive with fewer bytes a second than this on average. What counts is the
 * time one request's body was waited for. Jetty's own handler of that name compares the bytes of
 * all requests there have ever been: it lets slow bodies pass once there were others, and refuses
 * every one after 9 GB, when the number overflows.
 */
final class MinimumBodyRate extends Handler.Wrapper {
  /** A body may begin late, or pause, for so long. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final long bytesPerSecond;

  MinimumBodyRate(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Measured(request), response, callback);
  }

  /** One request. Jetty calls its methods one after the other, from whatever thread. */
  private final class Measured extends Request.Wrapper {
    private long bytes;
    private long waitedNanos;
    private Content.@Nullable Chunk failure;

    Measured(Request request) {
      super(request);
    }

    @Override
    public Content.@Nullable Chunk read() {
      if (failure != null) {
        return failure;
      }
      Content.Chunk chunk = super.read();
      if (chunk != null) {
        bytes += chunk.remaining();
      }
      return chunk;
    }

    @Override
    public void demand(Runnable arrived) {
      if (isTooSlow()) {
        failure = Content.Chunk.from(new TimeoutException("the body arrives too slowly"));
        arrived.run();
        return;
      }
      long since = System.nanoTime();
      super.demand(
          () -> {
            waitedNanos += System.nanoTime() - since;
            arrived.run();
          });
    }

    private boolean isTooSlow() {
      double seconds = (waitedNanos - GRACE.toNanos()) / 1e9;
      return bytes < bytesPerSecond * seconds;
    }
  }
}
