package dev.annulus.service.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The InfluxQL statements that v1 clients send to {@code /query} during setup: {@code CREATE
 * DATABASE}, which succeeds and does nothing, and {@code SHOW DATABASES}. Others get an error in
 * InfluxDB's format.
 *
 * <p>{@code POST /query} of the query service takes JSON and never a parameter {@code q}, so both
 * can share a path: these requests are answered before routing. The gateway and the query service
 * both answer them, because a proxy in front can distinguish paths but not bodies. They need no
 * token, since nothing is read or written.
 */
public final class InfluxSetup implements Routes {
  /** Clients choose the protocol version by it. */
  public static final String VERSION = "1.8.10";

  /** Maximum length of a header; some clients fail on longer ones. */
  private static final int MAX_HEADER = 1_000;

  /** More than any client sends. */
  private static final int MAX_FORM_BYTES = 64 << 10;

  private static final String NAME = "(\"(?:[^\"\\\\]|\\\\.)+\"|[\\p{L}_][\\p{L}\\p{N}_]*)";
  private static final Pattern CREATE_DATABASE =
      Pattern.compile(
          "create\\s+database\\s+" + NAME + "(\\s+with\\s.*)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern SHOW_DATABASES =
      Pattern.compile("show\\s+databases", Pattern.CASE_INSENSITIVE);

  @Override
  public void addTo(RoutesConfig routes) {
    routes.before("/query", InfluxSetup::answer);
  }

  private static void answer(Context ctx) {
    String statements = statements(ctx);
    if (statements == null) {
      return;
    }
    ctx.skipRemainingHandlers();
    ctx.header("X-Influxdb-Version", VERSION).header("X-Influxdb-Build", "Annulus");
    List<Map<String, Object>> results = new ArrayList<>();
    for (String statement : split(statements)) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("statement_id", results.size());
      if (SHOW_DATABASES.matcher(statement).matches()) {
        result.put("series", List.of(databases(ctx.queryParam("db"))));
      } else if (!CREATE_DATABASE.matcher(statement).matches()) {
        refuse(ctx, statement);
        return;
      }
      results.add(result);
    }
    if (results.isEmpty()) {
      error(ctx, "missing required parameter \"q\"");
      return;
    }
    ctx.json(Map.of("results", results));
  }

  /** The statements; null if the request is not in InfluxDB's format or has another method. */
  private static @Nullable String statements(Context ctx) {
    boolean post = ctx.method().name().equals("POST");
    if (!post && !ctx.method().name().equals("GET")) {
      return null;
    }
    String parameter = ctx.queryParam("q");
    if (parameter != null || !post) {
      return parameter;
    }
    String type = ctx.header("Content-Type");
    boolean form =
        type != null
            && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")
            && ctx.contentLength() <= MAX_FORM_BYTES;
    // curl sends JSON bodies as a form too, unless told otherwise.
    return form && !ctx.body().stripLeading().startsWith("{") ? ctx.formParam("q") : null;
  }

  /** Splits at semicolons outside quotes. */
  private static List<String> split(String text) {
    List<String> statements = new ArrayList<>();
    int start = 0;
    char quote = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ';';
      if (quote != 0 && i < text.length()) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ';') {
        String statement = text.substring(start, Math.min(i, text.length())).strip();
        if (!statement.isEmpty()) {
          statements.add(statement);
        }
        start = i + 1;
      }
    }
    return statements;
  }

  /** The only database, and the one that the client asks for. */
  private static Map<String, Object> databases(@Nullable String asked) {
    List<List<String>> names = new ArrayList<>(List.of(List.of("annulus")));
    if (asked != null && !asked.isEmpty() && !asked.equals("annulus")) {
      names.add(List.of(asked));
    }
    return Map.of("name", "databases", "columns", List.of("name"), "values", names);
  }

  private static void refuse(Context ctx, String statement) {
    String[] words = statement.split("\\s+", 3);
    String what = words.length > 1 ? words[0] + " " + words[1] : words[0];
    error(
        ctx,
        "error parsing query: InfluxQL is not spoken here but for CREATE DATABASE and SHOW"
            + " DATABASES, found "
            + (what.length() > 64 ? what.substring(0, 64) + "…" : what)
            + "; POST /query takes SQL as JSON");
  }

  private static void error(Context ctx, String message) {
    ctx.status(400).header("X-Influxdb-Error", headerText(message)).json(Map.of("error", message));
  }

  /** Sanitizes a header value: printable ASCII of limited length. */
  public static String headerText(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= MAX_HEADER ? plain : plain.substring(0, MAX_HEADER) + "...";
  }
}
