package dev.annulus.collector;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Keeps what this package logs, each line with its keys and values, until it is closed. */
final class LogCapture extends AbstractAppender implements AutoCloseable {
  private static final String LOGGER = "dev.annulus.collector";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LoggerConfig logger;

  LogCapture() {
    super("capture", null, null, true, Property.EMPTY_ARRAY);
    start();
    Configurator.setLevel(LOGGER, Level.INFO);
    logger = LoggerContext.getContext(false).getConfiguration().getLoggerConfig(LOGGER);
    logger.addAppender(this, Level.INFO, null);
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getMessage().getFormattedMessage() + " " + event.getContextData().toMap());
  }

  @Override
  public void close() {
    logger.removeAppender(getName());
    stop();
  }
}
