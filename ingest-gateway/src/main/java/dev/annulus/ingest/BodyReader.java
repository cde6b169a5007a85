package dev.annulus.ingest;

import com.github.luben.zstd.ZstdInputStream;
import dev.annulus.service.http.Problem;
import io.javalin.http.Context;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Reads request bodies, decompressing them, within limits before and after. Thread-safe. */
public final class BodyReader {
  private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);

  /** 8 MiB, the window that RFC 9659 requires every decoder to support. Off-heap. */
  private static final int MAX_ZSTD_WINDOW_LOG = 23;

  private final int maxBytes;
  private final int maxDecodedBytes;

  /**
   * @param maxBytes of a body as received
   * @param maxDecodedBytes of a body after decompression
   */
  public BodyReader(int maxBytes, int maxDecodedBytes) {
    this.maxBytes = maxBytes;
    this.maxDecodedBytes = maxDecodedBytes;
  }

  int maxBytes() {
    return maxBytes;
  }

  int maxDecodedBytes() {
    return maxDecodedBytes;
  }

  /**
   * The body as a stream of decoded bytes that fails with a 413 problem beyond a limit.
   *
   * @throws IOException if a compressed body is corrupt from its first bytes
   */
  InputStream open(Context ctx) throws IOException {
    InputStream raw = openAsIs(ctx);
    String encoding = ctx.header("Content-Encoding");
    InputStream decoded =
        switch (encoding == null ? "identity" : encoding.trim().toLowerCase(Locale.ROOT)) {
          case "identity", "" -> raw;
          case "gzip", "x-gzip" -> gzip(raw);
          case "zstd" -> new ZstdInputStream(raw).setLongMax(MAX_ZSTD_WINDOW_LOG);
          default ->
              throw Problem.of(
                      415,
                      "unsupported_encoding",
                      "Content-Encoding must be gzip or zstd, got " + encoding + ".")
                  .toException();
        };
    return new Limited(decoded, maxDecodedBytes, "The decompressed body");
  }

  /** Not GZIPInputStream: it recurses for each empty member, and a body may contain very many. */
  private static InputStream gzip(InputStream raw) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(raw)
        .setDecompressConcatenated(true)
        .get();
  }

  /**
   * The body as received. The stream fails with a 413 problem beyond the limit, and with a
   * retryable problem if the body does not arrive completely.
   */
  InputStream openAsIs(Context ctx) throws IOException {
    if (ctx.contentLength() > maxBytes) {
      throw tooLarge("The body", maxBytes);
    }
    return new Limited(new Arriving(ctx.req().getInputStream()), maxBytes, "The body");
  }

  private static RuntimeException tooLarge(String what, int limit) {
    return Problem.of(
            413, "body_too_large", what + " is larger than the limit of " + limit + " bytes.")
        .toException();
  }

  private static final class Arriving extends FilterInputStream {
    Arriving(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw notReceived(e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        throw notReceived(e);
      }
    }

    private static RuntimeException notReceived(IOException e) {
      // A client that hangs up is normal; anything else is worth a warning.
      LOG.atLevel(e instanceof EOFException ? Level.DEBUG : Level.WARN)
          .setCause(e)
          .log("cannot receive a request body");
      return Problem.unavailable(
              "body_not_received",
              "The body could not be received whole; send it again.",
              Duration.ofSeconds(1))
          .toException();
    }
  }

  private static final class Limited extends FilterInputStream {
    private final int limit;
    private final String what;
    private long read;

    Limited(InputStream in, int limit, String what) {
      super(in);
      this.limit = limit;
      this.what = what;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      count(Math.max(0, count));
      return count;
    }

    private void count(int bytes) {
      read += bytes;
      if (read > limit) {
        throw tooLarge(what, limit);
      }
    }
  }
}
