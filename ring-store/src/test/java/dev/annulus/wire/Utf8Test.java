package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c0af",
        "c1bf",
        "e08080",
        "e09fbf",
        "f0808080",
        "f08fbfbf", // overlong
        "eda080",
        "edbfbf",
        "eda0bdedb880", // surrogates
        "f4908080",
        "f5808080",
        "ff",
        "fe", // beyond the last
        "c3",
        "e282",
        "f09f98",
        "c328",
        "e228a1",
        "f0288cbc", // cut short
        "fffe7b00",
        "0000feff", // marks of UTF-16 and UTF-32
      })
  void whatIsNotUtf8IsRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isFalse();
    assertThatThrownBy(() -> Utf8.text(bytes, 0, bytes.length))
        .isInstanceOf(CharConversionException.class);
    assertThatThrownBy(() -> Utf8.checked(new ByteArrayInputStream(bytes)).readAllBytes())
        .isInstanceOf(CharConversionException.class)
        .hasMessageMatching("byte \\d is not UTF-8");
  }

  @Test
  void theStrictDecoderOfThePlatformIsOfTheSameMind() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("Utf8Test seed " + seed);
    Random random = new Random(seed);
    int valid = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = bytes(random);
      int from = random.nextInt(3);
      byte[] padded = new byte[bytes.length + from + 5];
      random.nextBytes(padded);
      System.arraycopy(bytes, 0, padded, from, bytes.length);
      boolean expected = decodes(bytes);
      valid += expected ? 1 : 0;
      assertThat(Utf8.isValid(padded, from, from + bytes.length))
          .as(HexFormat.of().formatHex(bytes))
          .isEqualTo(expected);
      assertThat(passes(bytes, 1 + random.nextInt(9)))
          .as(HexFormat.of().formatHex(bytes))
          .isEqualTo(expected);
    }
    assertThat(valid).as("both kinds occur").isBetween(20_000, 180_000);
  }

  @Test
  void aMarkIsNoneOfTheText() {
    byte[] marked = "\uFEFFa".getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.afterMark(marked, 0, marked.length)).isEqualTo(3);
    assertThat(Utf8.afterMark(marked, 0, 2)).isZero();
    assertThat(Utf8.afterMark(marked, 3, marked.length)).isEqualTo(3);
  }

  /** Text with some bytes changed, put in or taken out, or none. */
  private static byte[] bytes(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int c = random.nextInt(1 << (7 + random.nextInt(14)));
      text.appendCodePoint(c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 'a' : c);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) > 0 || bytes.length == 0
        ? bytes
        : java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean passes(byte[] bytes, int piece) throws IOException {
    byte[] read = new byte[piece];
    try (InputStream in = Utf8.checked(new ByteArrayInputStream(bytes))) {
      while (in.read(read, 0, piece) >= 0) {}
      return true;
    } catch (CharConversionException e) {
      return false;
    }
  }
}
