package dev.annulus.query.http.prometheus;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Answers that are small enough to be made before they are sent. */
final class JsonBytes {
  private JsonBytes() {}

  /** Writes an answer. */
  interface Content {
    void write(JsonAnswer json) throws IOException;
  }

  static void answer(Context ctx, Content content) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonAnswer json = new JsonAnswer(body)) {
      content.write(json);
    }
    ctx.contentType(JsonAnswer.MEDIA_TYPE).result(body.toByteArray());
  }
}
