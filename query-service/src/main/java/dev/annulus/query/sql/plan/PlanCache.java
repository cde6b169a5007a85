package dev.annulus.query.sql.plan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.plan.PlanMeter.Phase;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.syntax.Literal;
import dev.annulus.query.sql.syntax.Skeleton;
import dev.annulus.query.sql.syntax.SqlText;
import dev.annulus.query.sql.syntax.Syntax;
import dev.annulus.query.sql.syntax.SyntaxTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps plans for texts that come again with other literals. Two texts share a plan if they have
 * the same skeleton and the same literals wherever a literal is more than a value. Which literals
 * are, only the syntax tree tells; since the tree follows from the skeleton, it is looked at once
 * for each skeleton. Thread-safe.
 */
final class PlanCache {
  /** Longer keys count as several plans, so that texts of any length take bounded memory. */
  private static final int CHARS_PER_WEIGHT = 4_096;

  private final Syntax syntax;
  private final QueryPlanner planner;
  private final PlanMeter meter;

  /** By the key of a skeleton: the numbers of the literals that belong into the plan's key. */
  private final Cache<String, List<Integer>> fixedLiterals;

  private final Cache<Key, CompletableFuture<QueryPlan>> plans;

  /**
   * An empty cache.
   *
   * @param maxPlans how many plans of usual size are kept
   */
  PlanCache(Syntax syntax, QueryPlanner planner, PlanMeter meter, int maxPlans) {
    this.syntax = syntax;
    this.planner = planner;
    this.meter = meter;
    this.fixedLiterals =
        Caffeine.newBuilder()
            .maximumWeight(maxPlans)
            .weigher((String key, List<Integer> fixed) -> weight(key))
            .build();
    this.plans =
        Caffeine.newBuilder()
            .maximumWeight(maxPlans)
            .weigher((Key key, CompletableFuture<QueryPlan> plan) -> weight(key.skeleton()))
            .build();
  }

  /**
   * A plan.
   *
   * @param cached whether it was there already, or another query was just making it
   */
  record Found(QueryPlan plan, boolean cached) {}

  private record Key(String skeleton, List<String> fixed, PlanOptions options) {}

  /**
   * The plan of a text. While one query plans, others that need the same plan wait for it.
   *
   * @throws SqlException if the text is not valid or the budget is used up
   */
  Found get(SqlText text, PlanOptions options, QueryBudget budget) {
    Found found = find(text, options, budget);
    meter.count(found.cached());
    return found;
  }

  private Found find(SqlText text, PlanOptions options, QueryBudget budget) {
    Skeleton skeleton = text.skeleton();
    List<Integer> fixed = fixedLiterals.getIfPresent(skeleton.key());
    SyntaxTree tree = null;
    if (fixed == null) {
      tree = read(text);
      fixed = tree.fixed();
      if (fixed == null) {
        return new Found(planner.plan(tree, options, budget::check), false);
      }
      fixedLiterals.put(skeleton.key(), fixed);
    }
    Key key = new Key(skeleton.key(), texts(skeleton.literals(), fixed), options);
    CompletableFuture<QueryPlan> known = plans.getIfPresent(key);
    if (known == null) {
      CompletableFuture<QueryPlan> mine = new CompletableFuture<>();
      known = plans.asMap().putIfAbsent(key, mine);
      if (known == null) {
        return new Found(make(key, mine, tree == null ? read(text) : tree, budget), false);
      }
    }
    QueryPlan plan = await(known, budget);
    return plan == null
        ? new Found(planner.plan(read(text), options, budget::check), false)
        : new Found(plan, true);
  }

  private QueryPlan make(
      Key key, CompletableFuture<QueryPlan> mine, SyntaxTree tree, QueryBudget budget) {
    try {
      QueryPlan plan = planner.plan(tree, key.options(), budget::check);
      mine.complete(plan);
      return plan;
    } finally {
      if (!mine.isDone()) {
        plans.asMap().remove(key, mine);
        mine.cancel(false);
      }
    }
  }

  /**
   * The plan that another query makes; null if it failed. Its failure does not concern us: it ran
   * out of time, or its text has an error at another position.
   */
  private static @Nullable QueryPlan await(CompletableFuture<QueryPlan> plan, QueryBudget budget) {
    return plan.isDone()
        ? plan.isCancelled() ? null : plan.getNow(null)
        : budget.awaitOther(plan.handle((made, failure) -> made));
  }

  private SyntaxTree read(SqlText text) {
    return meter.time(Phase.PARSE, () -> syntax.read(text));
  }

  private static List<String> texts(List<Literal> literals, List<Integer> numbers) {
    return numbers.stream().map(number -> literals.get(number).text()).toList();
  }

  private static int weight(String key) {
    return 1 + key.length() / CHARS_PER_WEIGHT;
  }
}
