package dev.annulus.broker;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Turns producers away while there is no room for their records, or if these are too large
 * decompressed ({@link DecodedSize}); all else is allowed. Kafka has no limit for the disk as a
 * whole: on a full one its log is offline until the next start. This is the only place of Kafka's
 * that is asked about every write before anything is written, whatever acknowledgements a producer
 * wants.
 *
 * <p>Producers see {@code KAFKA_STORAGE_ERROR}, which they try again until their delivery time-out.
 * Kafka's own topics, and those that are kept small, take records all the same: what is in the log
 * already has to be worked off. Kafka makes the object by its class name; public for that.
 */
public final class WriteGate implements Authorizer {
  /** Setting that holds the {@link Rule}, an object. */
  static final String RULE = "annulus.write.gate";

  private @Nullable Rule rule;

  /** Which topics take records when. Thread-safe if {@code full} is. */
  static final class Rule {
    private final BooleanSupplier full;
    private final DecodedSize decoded;
    private volatile Set<String> open = Set.of();

    /**
     * @param full whether there is no room; asked for every request, must not block
     * @param maxRecordBytes of one record, decompressed
     */
    Rule(BooleanSupplier full, int maxRecordBytes) {
      this.full = full;
      this.decoded = new DecodedSize(maxRecordBytes);
    }

    /** How many requests were refused for what their records become when decompressed. */
    long refusedForSize() {
      return decoded.refused();
    }

    /** Topics that take records always, because they are bounded by themselves. */
    void keepOpen(Set<String> topics) {
      open = Set.copyOf(topics);
    }

    void check(AuthorizableRequestContext context, List<Action> actions) {
      List<Action> writes = actions.stream().filter(Rule::isWrite).toList();
      if (!writes.isEmpty()) {
        writes.forEach(this::requireRoom);
        decoded.check(context, writes);
      }
    }

    private static boolean isWrite(Action action) {
      return action.operation() == AclOperation.WRITE
          && action.resourcePattern().resourceType() == ResourceType.TOPIC
          // Else nothing is written: a description lists what a client may do.
          && action.logIfDenied();
    }

    private void requireRoom(Action write) {
      if (full.getAsBoolean()) {
        String topic = write.resourcePattern().name();
        if (!Topic.isInternal(topic) && !open.contains(topic)) {
          throw new KafkaStorageException(
              "The disk is nearly full; records are taken again when there is room.");
        }
      }
    }
  }

  @Override
  public void configure(Map<String, ?> settings) {
    rule = (Rule) settings.get(RULE);
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    requireNonNull(rule).check(context, actions);
    return actions.stream().map(action -> AuthorizationResult.ALLOWED).toList();
  }

  @Override
  public AuthorizationResult authorizeByResourceType(
      AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
    return AuthorizationResult.ALLOWED;
  }

  @Override
  public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo server) {
    return Map.of();
  }

  @Override
  public List<? extends CompletionStage<AclCreateResult>> createAcls(
      AuthorizableRequestContext context, List<AclBinding> bindings) {
    return bindings.stream()
        .map(binding -> CompletableFuture.completedFuture(new AclCreateResult(none())))
        .toList();
  }

  @Override
  public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
      AuthorizableRequestContext context, List<AclBindingFilter> filters) {
    return filters.stream()
        .map(filter -> CompletableFuture.completedFuture(new AclDeleteResult(none())))
        .toList();
  }

  @Override
  public Iterable<AclBinding> acls(AclBindingFilter filter) {
    return List.of();
  }

  @Override
  public void close() {}

  private static SecurityDisabledException none() {
    return new SecurityDisabledException("This broker has no access control lists.");
  }
}
