package dev.annulus.service.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings, from these sources in order of precedence: flags, the environment ({@code
 * query.timeout} is {@code ANNULUS_QUERY_TIMEOUT}; {@code …_FILE} names a file that holds the
 * value), a properties file, defaults. Keys are read once at start; {@link #requireKnown} then
 * rejects keys that no component has read. Not thread-safe.
 */
public final class Settings {
  private static final String ENVIRONMENT_PREFIX = "ANNULUS_";

  /** Read by the start script and the logging configuration only. */
  private static final Set<String> NO_SETTINGS =
      Set.of("ANNULUS_JAVA_OPTS", "ANNULUS_LOG_FORMAT", "ANNULUS_LOG_LEVEL");

  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([KMGT]i?)?B?");
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final String fileName;
  private final Map<String, String> defaults = new LinkedHashMap<>();
  private final Map<String, Resolved> resolved = new TreeMap<>();

  private Settings(
      Map<String, String> flags,
      Map<String, String> environment,
      Map<String, String> file,
      String fileName) {
    this.flags = flags;
    this.environment = environment;
    this.file = file;
    this.fileName = fileName;
  }

  /**
   * A setting with its origin.
   *
   * @param value as text; secrets are shown as {@code ***}
   * @param origin in words
   */
  public record Resolved(String key, String value, String origin) {}

  /**
   * Collects the sources.
   *
   * @param flags by key
   * @param environment all variables; those without the prefix {@code ANNULUS_} are ignored
   * @param file a properties file; null for none
   * @throws ConfigException if the file cannot be read
   */
  public static Settings of(
      Map<String, String> flags, Map<String, String> environment, @Nullable Path file) {
    Map<String, String> ours = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ENVIRONMENT_PREFIX) && !NO_SETTINGS.contains(name)) {
            ours.put(name, value);
          }
        });
    return new Settings(
        new LinkedHashMap<>(flags),
        ours,
        file == null ? Map.of() : load(file),
        file == null ? "" : file.toString());
  }

  /** Overrides the default of a key. Returns this. */
  public Settings defaultingTo(String key, String value) {
    defaults.put(key, value);
    return this;
  }

  /** A string; null if no source has it and there is no default. */
  public @Nullable String textOrNull(String key) {
    return resolve(key, null, Function.identity(), "a text", false);
  }

  /** A secret, masked wherever settings are shown; null if no source has it. */
  public @Nullable String secretOrNull(String key) {
    return resolve(key, null, Function.identity(), "a text", true);
  }

  public String text(String key, String defaultValue) {
    return required(key, defaultValue, Function.identity(), "a text");
  }

  public Path path(String key, Path defaultValue) {
    return required(key, defaultValue, Path::of, "a path");
  }

  /** An integer within bounds, both inclusive. */
  public int number(String key, int defaultValue, int min, int max) {
    return required(
        key,
        defaultValue,
        text -> {
          int number = Integer.parseInt(text);
          if (number < min || number > max) {
            throw new IllegalArgumentException("out of bounds");
          }
          return number;
        },
        "a whole number from " + min + " to " + max);
  }

  public boolean flag(String key, boolean defaultValue) {
    return required(
        key,
        defaultValue,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on", "1" -> true;
              case "false", "no", "off", "0" -> false;
              default -> throw new IllegalArgumentException("neither");
            },
        "true or false");
  }

  /** Bytes, such as {@code 512}, {@code 64KiB}, {@code 1GiB}. */
  public long bytes(String key, long defaultValue) {
    return required(key, defaultValue, Settings::parseBytes, "a size such as 64MiB");
  }

  /** A duration, such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 7d}. */
  public Duration duration(String key, Duration defaultValue) {
    return required(key, defaultValue, Settings::parseDuration, "a duration such as 30s or 5m");
  }

  /**
   * Every setting with a prefix, by the rest of its key, for a library's own options. In
   * environment variables the rest is in capitals with underscores for dots ({@code
   * kafka.client.security.protocol} is {@code ANNULUS_KAFKA_CLIENT_SECURITY_PROTOCOL}). Values are
   * always masked: some are secrets, and only the library knows which.
   *
   * @param prefix ends with a dot
   */
  public Map<String, String> prefixed(String prefix) {
    TreeMap<String, String> found = new TreeMap<>();
    String variables = variable(prefix);
    file.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(key -> take(key, found));
    for (String name : environment.keySet()) {
      if (name.startsWith(variables)) {
        String rest = name.substring(variables.length());
        String key = rest.endsWith("_FILE") ? rest.substring(0, rest.length() - 5) : rest;
        take(prefix + key.toLowerCase(Locale.ROOT).replace('_', '.'), found);
      }
    }
    flags.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(key -> take(key, found));
    TreeMap<String, String> byRest = new TreeMap<>();
    found.forEach((key, value) -> byRest.put(key.substring(prefix.length()), value));
    return byRest;
  }

  private void take(String key, Map<String, String> found) {
    String value = secretOrNull(key);
    if (value != null) {
      found.put(key, value);
    }
  }

  /** Every setting read so far, by key. */
  public List<Resolved> resolved() {
    return List.copyOf(resolved.values());
  }

  /**
   * Rejects a key that was renamed.
   *
   * @throws ConfigException naming the new key
   */
  public void refuseFormer(String former, String now) {
    String variable = variable(former);
    if (flags.containsKey(former)
        || file.containsKey(former)
        || environment.containsKey(variable)
        || environment.containsKey(variable + "_FILE")) {
      throw new ConfigException(former + " is not a setting any more: use " + now);
    }
  }

  /**
   * Rejects keys that no component has read.
   *
   * @throws ConfigException naming the first, and the nearest known key
   */
  public void requireKnown() {
    List<String> unknown = new ArrayList<>();
    flags.keySet().stream().filter(key -> !resolved.containsKey(key)).forEach(unknown::add);
    file.keySet().stream().filter(key -> !resolved.containsKey(key)).forEach(unknown::add);
    for (String name : environment.keySet()) {
      if (resolved.keySet().stream().noneMatch(key -> isVariableOf(name, key))) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      String key = unknown.get(0);
      throw new ConfigException("unknown setting " + key + nearest(key));
    }
  }

  /** The environment variable of a key. */
  public static String variable(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static boolean isVariableOf(String name, String key) {
    String variable = variable(key);
    return name.equals(variable) || name.equals(variable + "_FILE");
  }

  private <T> T required(String key, T defaultValue, Function<String, T> parse, String rule) {
    T value = resolve(key, defaultValue, parse, rule, false);
    return value == null ? defaultValue : value;
  }

  private <T> @Nullable T resolve(
      String key,
      @Nullable T defaultValue,
      Function<String, T> parse,
      String rule,
      boolean secret) {
    String variable = variable(key);
    if (flags.containsKey(key)) {
      return parsed(key, flags.get(key), "flag", parse, rule, secret);
    }
    if (environment.containsKey(variable)) {
      return parsed(key, environment.get(variable), "environment " + variable, parse, rule, secret);
    }
    String valueFile = environment.get(variable + "_FILE");
    if (valueFile != null) {
      return parsed(key, read(key, Path.of(valueFile)), "file " + valueFile, parse, rule, secret);
    }
    if (file.containsKey(key)) {
      return parsed(key, file.get(key), "file " + fileName, parse, rule, secret);
    }
    if (defaults.containsKey(key)) {
      return parsed(key, defaults.get(key), "default", parse, rule, secret);
    }
    note(key, defaultValue == null ? "" : show(defaultValue), "default", false);
    return defaultValue;
  }

  private <T> T parsed(
      String key,
      @Nullable String text,
      String origin,
      Function<String, T> parse,
      String rule,
      boolean secret) {
    String trimmed = text == null ? "" : text.trim();
    try {
      T value = parse.apply(trimmed);
      note(key, trimmed, origin, secret);
      return value;
    } catch (RuntimeException e) {
      throw new ConfigException(
          "%s must be %s, got \"%s\" (from %s)"
              .formatted(key, rule, secret ? "***" : trimmed, origin));
    }
  }

  private void note(String key, String value, String origin, boolean secret) {
    resolved.put(key, new Resolved(key, secret && !value.isEmpty() ? "***" : value, origin));
  }

  private static String show(Object value) {
    return value instanceof Duration duration ? show(duration) : value.toString();
  }

  private static String show(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static long parseBytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no size");
    }
    String unit = matcher.group(2) == null ? "" : matcher.group(2).substring(0, 1);
    int shift = unit.isEmpty() ? 0 : 10 * (1 + "KMGT".indexOf(unit));
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private String nearest(String key) {
    String wanted =
        key.startsWith(ENVIRONMENT_PREFIX)
            ? key.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.')
            : key;
    String nearest = NearestName.of(wanted, resolved.keySet());
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  private static Map<String, String> load(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new ConfigException("cannot read the configuration file " + path + ": " + e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.forEach((key, value) -> values.put((String) key, (String) value));
    return values;
  }

  private static String read(String key, Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ConfigException("cannot read the file of " + key + ": " + path);
    }
  }
}
