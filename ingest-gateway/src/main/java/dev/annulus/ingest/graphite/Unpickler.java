package dev.annulus.ingest.graphite;

import dev.annulus.ingest.text.LineException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the data part of Python's pickle, protocols 0 to 5: lists, tuples, strings and numbers.
 * Opcodes that name a class or call something are refused, so nothing is ever executed.
 *
 * <p>Every opcode takes a byte of the message and adds at most one object, so work and memory are
 * bounded by its length. Values are not traversed, so neither depth nor cycles matter. Returns
 * {@link List} for lists and tuples, {@link PickledText}, {@link Double}, and {@link #NONE}. Not
 * thread-safe; one object per message.
 */
final class Unpickler {
  /** Python's {@code None}. */
  static final Object NONE = new Object();

  /** Digits or bytes of the longest integer that is read. */
  private static final int LONGEST_NUMBER = 400;

  private final ByteBuffer in;
  private final byte[] array;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private Unpickler(byte[] array, int from, int to) {
    this.array = array;
    this.in = ByteBuffer.wrap(array, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The value of the message in {@code [from, to)}; do not modify the array while the value is
   * used.
   *
   * @throws PickleException if it is malformed or contains more than data
   */
  static Object read(byte[] array, int from, int to) throws PickleException {
    Unpickler unpickler = new Unpickler(array, from, to);
    while (unpickler.in.hasRemaining()) {
      int code = unpickler.in.get() & 0xFF;
      if (code == '.') {
        return unpickler.pop();
      }
      unpickler.operate(code);
    }
    throw new PickleException("the message ends too early");
  }

  private void operate(int code) throws PickleException {
    switch (code) {
      case 0x80 -> require(unsigned(1) <= 5, "its protocol is unknown");
      case 0x95 -> skip(8); // the length of a frame, which is known
      case '(' -> marks.add(stack.size());
      case 'N' -> stack.add(NONE);
      case 0x88 -> stack.add(1.0);
      case 0x89 -> stack.add(0.0);
      case 'I', 'F' -> stack.add(numberOfLine());
      case 'L' -> stack.add(longOfLine());
      case 'J' -> stack.add((double) (int) unsigned(4));
      case 'K' -> stack.add((double) unsigned(1));
      case 'M' -> stack.add((double) unsigned(2));
      case 0x8a -> stack.add(whole(unsigned(1)));
      case 0x8b -> stack.add(whole(unsigned(4)));
      case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(unsigned(8))));
      case 'S' -> stack.add(quoted());
      case 'V' -> stack.add(unicodeOfLine());
      case 'U', 'C', 0x8c -> stack.add(text(unsigned(1)));
      case 'T', 'X', 'B' -> stack.add(text(unsigned(4)));
      case 0x8d, 0x8e -> stack.add(text(unsigned(8)));
      case ']', ')' -> stack.add(new ArrayList<>());
      case 'l', 't' -> stack.add(popToMark());
      case 0x85 -> stack.add(popped(1));
      case 0x86 -> stack.add(popped(2));
      case 0x87 -> stack.add(popped(3));
      case 'a' -> append(popped(1));
      case 'e' -> append(popToMark());
      case 'p' -> memo.put(indexOfLine(), top());
      case 'q' -> memo.put(unsigned(1), top());
      case 'r' -> memo.put(unsigned(4), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'g' -> stack.add(remembered(indexOfLine()));
      case 'h' -> stack.add(remembered(unsigned(1)));
      case 'j' -> stack.add(remembered(unsigned(4)));
      default -> throw new PickleException("opcode 0x%02x is not data".formatted(code));
    }
  }

  private Object top() throws PickleException {
    require(stack.size() > bottom(), "nothing is on its stack");
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws PickleException {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private int bottom() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private List<Object> popped(int count) throws PickleException {
    require(stack.size() - bottom() >= count, "too little is on its stack");
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() throws PickleException {
    require(!marks.isEmpty(), "it has no mark");
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Object> cut(int from) {
    List<Object> end = stack.subList(from, stack.size());
    List<Object> copy = new ArrayList<>(end);
    end.clear();
    return copy;
  }

  @SuppressWarnings("unchecked") // only lists of objects are created here
  private void append(List<Object> values) throws PickleException {
    if (!(top() instanceof List<?> list)) {
      throw new PickleException("only a list can be appended to");
    }
    ((List<Object>) list).addAll(values);
  }

  private Object remembered(long index) throws PickleException {
    Object value = memo.get(index);
    if (value == null) {
      throw new PickleException("it refers to what it has not named");
    }
    return value;
  }

  private long unsigned(int bytes) throws PickleException {
    require(in.remaining() >= bytes, "the message ends too early");
    return switch (bytes) {
      case 1 -> in.get() & 0xFF;
      case 2 -> in.getShort() & 0xFFFF;
      case 4 -> in.getInt() & 0xFFFF_FFFFL;
      default -> in.getLong();
    };
  }

  private int skip(long bytes) throws PickleException {
    require(bytes >= 0 && bytes <= in.remaining(), "the message ends too early");
    int from = in.position();
    in.position(from + (int) bytes);
    return from;
  }

  private PickledText text(long length) throws PickleException {
    int from = skip(length);
    return new PickledText(array, from, in.position());
  }

  private PickledText line() throws PickleException {
    int from = in.position();
    while (in.hasRemaining()) {
      if (in.get() == '\n') {
        int to = in.position() - 1;
        return new PickledText(array, from, to > from && array[to - 1] == '\r' ? to - 1 : to);
      }
    }
    throw new PickleException("the message ends too early");
  }

  private double whole(long length) throws PickleException {
    require(length <= LONGEST_NUMBER, "a number is too long");
    int from = skip(length);
    byte[] bigEndian = new byte[(int) length + 1];
    for (int i = 0; i < length; i++) {
      bigEndian[(int) length - i] = array[from + i];
    }
    bigEndian[0] = length > 0 && bigEndian[1] < 0 ? (byte) -1 : 0;
    return new BigInteger(bigEndian).doubleValue();
  }

  private double longOfLine() throws PickleException {
    PickledText line = line();
    boolean marked = line.to() > line.from() && array[line.to() - 1] == 'L';
    return number(line.from(), marked ? line.to() - 1 : line.to());
  }

  private double numberOfLine() throws PickleException {
    PickledText line = line();
    return number(line.from(), line.to());
  }

  private double number(int from, int to) throws PickleException {
    require(to - from <= LONGEST_NUMBER, "a number is too long");
    try {
      return GraphiteNumber.value(array, from, to);
    } catch (LineException e) {
      throw new PickleException("a number is malformed");
    }
  }

  private long indexOfLine() throws PickleException {
    PickledText line = line();
    require(line.to() - line.from() <= 18, "a reference is too long");
    try {
      String digits =
          new String(array, line.from(), line.to() - line.from(), StandardCharsets.ISO_8859_1);
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new PickleException("a reference is not a number");
    }
  }

  /** Python's {@code repr} of a byte string. */
  private PickledText quoted() throws PickleException {
    PickledText line = line();
    int from = line.from();
    int to = line.to();
    byte quote = from < to ? array[from] : 0;
    require(
        to - from >= 2 && (quote == '\'' || quote == '"') && array[to - 1] == quote,
        "a text is not quoted");
    return unescaped(from + 1, to - 1);
  }

  private PickledText unescaped(int from, int to) throws PickleException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(to - from);
    int at = from;
    while (at < to) {
      byte c = array[at++];
      if (c != '\\' || at == to) {
        plain.write(c);
        continue;
      }
      byte escaped = array[at++];
      switch (escaped) {
        case 'n' -> plain.write('\n');
        case 'r' -> plain.write('\r');
        case 't' -> plain.write('\t');
        case '\\', '\'', '"' -> plain.write(escaped);
        case 'x' -> {
          plain.write(hex(at, at + 2, to));
          at += 2;
        }
        default -> { // Python keeps unknown escapes
          plain.write('\\');
          plain.write(escaped);
        }
      }
    }
    byte[] bytes = plain.toByteArray();
    return new PickledText(bytes, 0, bytes.length);
  }

  /** ISO 8859-1, with escapes of four or eight digits for the rest. */
  private PickledText unicodeOfLine() throws PickleException {
    PickledText line = line();
    StringBuilder text = new StringBuilder();
    int at = line.from();
    while (at < line.to()) {
      int digits = digitsOfEscape(at, line.to());
      if (digits == 0) {
        text.append((char) (array[at++] & 0xFF));
      } else {
        int point = hex(at + 2, at + 2 + digits, line.to());
        require(Character.isValidCodePoint(point), "a string has an invalid code point");
        text.appendCodePoint(point);
        at += 2 + digits;
      }
    }
    boolean broken =
        text.codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    require(!broken, "a text has half a character");
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return new PickledText(bytes, 0, bytes.length);
  }

  private int digitsOfEscape(int at, int end) {
    if (array[at] != '\\' || at + 1 == end) {
      return 0;
    }
    return array[at + 1] == 'u' ? 4 : array[at + 1] == 'U' ? 8 : 0;
  }

  private int hex(int from, int to, int end) throws PickleException {
    require(to <= end, "an escape is cut short");
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(array[i], 16);
      require(digit >= 0, "an escape sequence is malformed");
      value = 16 * value + digit;
    }
    return value;
  }

  private static void require(boolean condition, String problem) throws PickleException {
    if (!condition) {
      throw new PickleException(problem);
    }
  }
}
