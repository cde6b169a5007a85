package dev.annulus.service.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Parses the JSON body of a request. As in RFC 8259 it is UTF-8 whatever {@code Content-Type} says;
 * a byte order mark is ignored. Ambiguous bodies are rejected: invalid UTF-8, lone surrogates,
 * duplicate fields, values of another type than the field's. Thread-safe.
 */
public final class JsonBody {
  private static final ObjectMapper MAPPER = Json.strictMapper();

  private JsonBody() {}

  /**
   * Parses the body.
   *
   * @throws ProblemException 400, if the body is not a JSON value of this type
   */
  public static <T> T read(Context ctx, Class<T> type) {
    return read(ctx.bodyAsBytes(), type);
  }

  /** Whether the body is only white space. */
  public static boolean isBlank(Context ctx) {
    for (byte b : ctx.bodyAsBytes()) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  static <T> T read(byte[] body, Class<T> type) {
    try (JsonParser parser = new WholeTexts(MAPPER.createParser(utf8(body)))) {
      T value = MAPPER.readValue(parser, type);
      if (value == null) {
        throw Problem.badRequest("The body must be a JSON object, got null.").toException();
      }
      return value;
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("The body is not UTF-8.").toException();
    } catch (JsonProcessingException e) {
      throw ProblemHandlers.ofJson(e).toException();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String utf8(byte[] body) throws CharacterCodingException {
    boolean marked =
        body.length >= 3
            && body[0] == (byte) 0xEF
            && body[1] == (byte) 0xBB
            && body[2] == (byte) 0xBF;
    int from = marked ? 3 : 0;
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(body, from, body.length - from))
        .toString();
  }

  /** Rejects strings that UTF-8 cannot encode: JSON can escape a lone surrogate. */
  private static final class WholeTexts extends JsonParserDelegate {
    WholeTexts(JsonParser parser) {
      super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = super.nextToken();
      if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
          && !StandardCharsets.UTF_8.newEncoder().canEncode(getText())) {
        throw new JsonParseException(this, "Half a surrogate pair");
      }
      return token;
    }
  }
}
