package dev.annulus.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code samples.rejected}: the rejected samples, the reason, and their
 * origin. Everything but the payload is in headers.
 *
 * @param reason a {@link RejectReason} label
 * @param detail one sentence, truncated to 1,000 characters
 * @param topic of the original record
 * @param partition of the original record
 * @param offset of the original record
 * @param samples number of samples; 0 if the record could not be decoded
 * @param payload the samples as JSON if decoded, else the original bytes; truncated to {@link
 *     #MAX_PAYLOAD_BYTES}; must not change after construction
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record RejectedRecord(
    String reason,
    String detail,
    String topic,
    int partition,
    long offset,
    int samples,
    byte[] payload) {
  /** Maximum payload size. */
  public static final int MAX_PAYLOAD_BYTES = 64 << 10;

  private static final String REASON = "annulus-reason";
  private static final String DETAIL = "annulus-detail";
  private static final String TOPIC = "annulus-topic";
  private static final String PARTITION = "annulus-partition";
  private static final String OFFSET = "annulus-offset";
  private static final String SAMPLES = "annulus-samples";
  private static final int MAX_DETAIL = 1_000;

  public RejectedRecord {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      payload = Arrays.copyOf(payload, MAX_PAYLOAD_BYTES);
    }
    if (detail.length() > MAX_DETAIL) {
      detail = detail.substring(0, MAX_DETAIL);
    }
  }

  /** A copy without payload, for a topic that rejects it. */
  public RejectedRecord withoutPayload() {
    return new RejectedRecord(reason, detail, topic, partition, offset, samples, new byte[0]);
  }

  /** The headers, as text. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(REASON, reason);
    headers.put(DETAIL, detail);
    headers.put(TOPIC, topic);
    headers.put(PARTITION, Integer.toString(partition));
    headers.put(OFFSET, Long.toString(offset));
    headers.put(SAMPLES, Integer.toString(samples));
    return headers;
  }

  /** Decodes a record; missing or malformed headers become empty or 0. */
  public static RejectedRecord of(Map<String, String> headers, byte @Nullable [] payload) {
    return new RejectedRecord(
        headers.getOrDefault(REASON, ""),
        headers.getOrDefault(DETAIL, ""),
        headers.getOrDefault(TOPIC, ""),
        (int) number(headers.get(PARTITION)),
        number(headers.get(OFFSET)),
        (int) number(headers.get(SAMPLES)),
        payload == null ? new byte[0] : payload);
  }

  /** The payload as text; invalid UTF-8 is replaced. */
  public String payloadText() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
