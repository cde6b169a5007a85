package dev.annulus.faults;

import com.apple.foundationdb.tuple.Tuple;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every ring and counter state of an export, read by {@code docs/export-format.md} alone. */
final class StoredBytes {
  private static final int METRIC = 2;
  private static final int SAMPLES = 3;
  private static final int COUNTER = 4;
  private static final int END = 9;
  private static final int RECORD = 24;

  private StoredBytes() {}

  /**
   * A series as it is stored.
   *
   * @param type 0 gauge, 1 counter
   * @param slots 24 bytes each in hexadecimal digits, by slot
   * @param counter 32 bytes in hexadecimal digits; empty for none
   */
  record Ring(long type, long step, long slots, TreeMap<Long, String> slot, String counter) {}

  /** By name and tags. */
  static Map<String, Ring> read(Path export) throws IOException {
    Map<Long, String> names = new HashMap<>();
    Map<String, Ring> rings = new TreeMap<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(export)))) {
      byte[] head = in.readNBytes(10);
      if (!Arrays.equals(head, "ANNULUSX\0\1".getBytes(StandardCharsets.US_ASCII))) {
        throw new IOException("not an export: " + HexFormat.of().formatHex(head));
      }
      for (int kind = in.readByte(); kind != END; kind = in.readByte()) {
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(in.readInt()));
        in.readInt();
        switch (kind) {
          case METRIC -> metric(payload, names, rings);
          case SAMPLES -> samples(payload, names, rings);
          case COUNTER -> counter(payload, names, rings);
          default -> {
            // Nothing that a ring is made of.
          }
        }
      }
    }
    return rings;
  }

  private static void metric(ByteBuffer payload, Map<Long, String> names, Map<String, Ring> rings) {
    long id = payload.getLong();
    Tuple tuple = Tuple.fromBytes(rest(payload));
    List<Object> tags = tuple.getNestedTuple(6).getItems();
    String name = LogModel.name(tuple.getString(5), tags);
    names.put(id, name);
    rings.put(
        name, new Ring(tuple.getLong(1), tuple.getLong(2), tuple.getLong(3), new TreeMap<>(), ""));
  }

  private static void samples(
      ByteBuffer payload, Map<Long, String> names, Map<String, Ring> rings) {
    Ring ring = rings.get(names.get(payload.getLong()));
    while (payload.hasRemaining()) {
      byte[] record = new byte[RECORD];
      payload.get(record);
      long ts = ByteBuffer.wrap(record).getLong();
      ring.slot.put(
          Math.floorMod(Math.floorDiv(ts, ring.step), ring.slots),
          HexFormat.of().formatHex(record));
    }
  }

  private static void counter(
      ByteBuffer payload, Map<Long, String> names, Map<String, Ring> rings) {
    String state = names.get(payload.getLong());
    rings.computeIfPresent(
        state,
        (name, ring) ->
            new Ring(
                ring.type,
                ring.step,
                ring.slots,
                ring.slot,
                HexFormat.of().formatHex(rest(payload))));
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
