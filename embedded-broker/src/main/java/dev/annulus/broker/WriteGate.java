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
 * Rejects producers while the disk is full, or if their records are too large when decompressed
 * ({@link DecodedSize}); allows everything else. Kafka has no limit for the whole disk: once it is
 * full, the log is offline until the next start. The authorizer is Kafka's only hook that sees
 * every write before anything is written, whatever acknowledgements a producer wants.
 *
 * <p>Producers get {@code KAFKA_STORAGE_ERROR}, which they retry until their delivery time-out.
 * Kafka's own topics and small ones always accept records, so that the existing log can be
 * consumed. Public because Kafka instantiates it by class name.
 */
public final class WriteGate implements Authorizer {
  /** The setting that holds the {@link Rule} object. */
  static final String RULE = "annulus.write.gate";

  private @Nullable Rule rule;

  /** Which topics accept records, and when. Thread-safe if {@code full} is. */
  static final class Rule {
    private final BooleanSupplier full;
    private final DecodedSize decoded;
    private volatile Set<String> open = Set.of();

    /**
     * @param full whether the disk is full; called for every request, must not block
     * @param maxRecordBytes of one record, decompressed
     */
    Rule(BooleanSupplier full, int maxRecordBytes) {
      this.full = full;
      this.decoded = new DecodedSize(maxRecordBytes);
    }

    /** The number of requests refused because of the decompressed size of their records. */
    long refusedForSize() {
      return decoded.refused();
    }

    /** Topics that always accept records, because their size is bounded. */
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
          // Other calls write nothing: a describe request lists what a client may do.
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
