package dev.annulus.query.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats of a result, chosen by {@code Accept} and, for CSV, by {@code csv}. */
enum ResultFormat {
  /** An object with an array of row objects. */
  JSON("application/json"),
  /** An object with an array for each column. */
  COLUMNS("application/vnd.annulus.columns+json"),
  /** A row object on each line. */
  NDJSON("application/x-ndjson"),
  /** RFC 4180, with a header line; null is empty. */
  CSV("text/csv; charset=utf-8"),
  /** The same, with texts that a spreadsheet would take for formulas behind an apostrophe. */
  SAFE_CSV("text/csv; charset=utf-8");

  private final String mediaType;

  ResultFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The media type as sent. */
  String mediaType() {
    return mediaType;
  }

  /** A writer onto a stream. */
  ResultWriter writer(OutputStream out) throws IOException {
    return switch (this) {
      case JSON -> new JsonRowsWriter(out);
      case COLUMNS -> new JsonColumnsWriter(out);
      case NDJSON -> new NdjsonWriter(out);
      case CSV -> new CsvWriter(out, false);
      case SAFE_CSV -> new CsvWriter(out, true);
    };
  }

  /**
   * The format that an {@code Accept} header asks for first; JSON rows if it names none of these.
   *
   * @param accept null for a missing header
   */
  static ResultFormat accepted(@Nullable String accept) {
    if (accept == null) {
      return JSON;
    }
    ResultFormat best = JSON;
    double bestQuality = -1;
    for (String part : accept.split(",", 50)) {
      String[] pieces = part.split(";", 10);
      ResultFormat format = ofMediaType(pieces[0].trim().toLowerCase(Locale.ROOT));
      double quality = quality(pieces);
      if (format != null && quality > 0 && quality > bestQuality) {
        best = format;
        bestQuality = quality;
      }
    }
    return best;
  }

  /**
   * The same with CSV as it is asked for.
   *
   * @param csv {@code safe} or {@code plain}; null for the latter
   * @throws IllegalArgumentException if it is neither
   */
  ResultFormat withCsv(@Nullable String csv) {
    if (csv == null || csv.equals("plain")) {
      return this;
    }
    if (!csv.equals("safe")) {
      throw new IllegalArgumentException("csv: must be safe or plain, got " + csv);
    }
    return this == CSV ? SAFE_CSV : this;
  }

  private static @Nullable ResultFormat ofMediaType(String media) {
    return switch (media) {
      case "application/json" -> JSON;
      case "application/vnd.annulus.columns+json" -> COLUMNS;
      case "application/x-ndjson", "application/ndjson", "application/jsonl" -> NDJSON;
      case "text/csv" -> CSV;
      default -> null;
    };
  }

  private static double quality(String[] pieces) {
    for (int i = 1; i < pieces.length; i++) {
      String piece = pieces[i].trim();
      if (piece.startsWith("q=")) {
        try {
          return Double.parseDouble(piece.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
