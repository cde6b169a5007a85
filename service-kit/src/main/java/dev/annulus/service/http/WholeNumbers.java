package dev.annulus.service.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.function.LongFunction;

/**
 * Deserializes integers exactly: {@code 20} and {@code 20.0} are equal, {@code 20.5} and values out
 * of range are rejected.
 */
final class WholeNumbers<T extends Number> extends StdScalarDeserializer<T> {
  private static final long serialVersionUID = 1L;

  /** Of these every one fits a long. */
  private static final int SHORT_DIGITS = 18;

  @SuppressWarnings("serial") // mappers are not serialized
  private final LongFunction<T> exact;

  private WholeNumbers(Class<T> type, LongFunction<T> exact) {
    super(type);
    this.exact = exact;
  }

  static SimpleModule module() {
    return new SimpleModule("whole-numbers")
        .addDeserializer(Long.class, new WholeNumbers<>(Long.class, Long::valueOf))
        .addDeserializer(Integer.class, new WholeNumbers<>(Integer.class, Math::toIntExact));
  }

  @Override
  @SuppressWarnings("unchecked") // for another token Jackson returns the requested type
  public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (!json.currentToken().isNumeric()) {
      return (T) context.handleUnexpectedToken(handledType(), json);
    }
    try {
      return exact.apply(whole(json));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new NotWholeException(json, handledType());
    }
  }

  private static long whole(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= SHORT_DIGITS) {
      return json.getLongValue();
    }
    return new BigDecimal(json.getText()).longValueExact();
  }

  /** A field is not an integer within its range. */
  static final class NotWholeException extends MismatchedInputException {
    private static final long serialVersionUID = 1L;

    NotWholeException(JsonParser json, Class<?> type) {
      super(json, "not a whole number", type);
    }

    String rule() {
      return "must be a whole number within %d bits"
          .formatted(getTargetType() == Integer.class ? Integer.SIZE : Long.SIZE);
    }
  }
}
