package dev.annulus.ingest.graphite;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Pickled messages as senders make them. */
final class Pickles {
  private Pickles() {}

  /**
   * What {@code pickle.dumps} of Python 3 makes, protocols 0 to 5, of {@code [('a.b', (1700000000,
   * 1.5)), ('ü;host=x', (1700000001.9, -2)), ('a.b', (1700000002, 2**70)), ('t', (1700000003,
   * True))]}.
   */
  static final List<byte[]> PYTHON =
      List.of(
          hex(
              "286c70300a2856612e620a70310a2849313730303030303030300a46312e350a7470320a7470330a"
                  + "612856fc3b686f73743d780a70340a2846313730303030303030312e390a492d320a7470350a"
                  + "7470360a612867310a2849313730303030303030320a4c313138303539313632303731373431"
                  + "313330333432344c0a7470370a7470380a612856740a70390a2849313730303030303030330a"
                  + "4930310a747031300a747031310a612e"),
          hex(
              "5d710028285803000000612e627101284a00f15365473ff8000000000000747102747103285809000000"
                  + "c3bc3b686f73743d787104284741d954fc4079999a4afeffffff747105747106286801284a02f1"
                  + "53654c313138303539313632303731373431313330333432344c0a747107747108285801000000"
                  + "747109284a03f153654930310a74710a74710b652e"),
          hex("8002" + twoAndThree()),
          hex("8003" + twoAndThree()),
          hex("8004" + fourAndFive()),
          hex("8005" + fourAndFive()));

  private static String twoAndThree() {
    return "5d71002858030000"
        + "00612e6271014a00f15365473ff80000000000008671028671035809000000c3bc3b686f73743d787104"
        + "4741d954fc4079999a4afeffffff86710586710668014a02f153658a0900000000000000004086710786"
        + "710858010000007471094a03f153658886710a86710b652e";
  }

  private static String fourAndFive() {
    return "955f000000000000005d94288c03612e62944a00f15365473ff8000000000000869486948c09c3bc3b68"
        + "6f73743d78944741d954fc4079999a4afeffffff8694869468014a02f153658a09000000000000000040"
        + "869486948c0174944a03f153658886948694652e";
  }

  /** As Dropwizard's {@code PickledGraphite}, which Micrometer uses: the value is a text. */
  static byte[] dropwizard(String name, long ts, String value) {
    return ("(l(S'" + name + "'\n(L" + ts + "L\nS'" + value + "'\ntta.")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** As Python 2's {@code cPickle} with protocol 2: byte strings. */
  static byte[] python2(String name, int ts, double value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(new byte[] {(byte) 0x80, 2, ']', 'q', 1, 'U', (byte) text.length});
    out.writeBytes(text);
    out.write('J');
    out.writeBytes(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(ts)).array());
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
    out.writeBytes(new byte[] {(byte) 0x86, 'q', 2, (byte) 0x86, 'q', 3, 'a', '.'});
    return out.toByteArray();
  }

  /** A message behind its length. */
  static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
