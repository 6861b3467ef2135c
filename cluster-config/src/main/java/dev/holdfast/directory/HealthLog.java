package dev.holdfast.directory;

import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the cluster makes of the votes, once for each change; every node says the same. */
final class HealthLog {
  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  private HealthLog() {}

  /** Says what has changed from one view to the next. */
  static void tell(@Nullable ClusterView before, ClusterView now) {
    if (before == null) {
      return;
    }
    now.pools()
        .forEach(
            (name, pool) -> {
              ClusterView.Pool known = before.pools().get(name);
              if (known != null) {
                tell(name, known.verdict(), pool.verdict(), now);
              }
            });
  }

  private static void tell(
      PoolName pool, PoolVerdict before, PoolVerdict verdict, ClusterView view) {
    if (verdict.panic() && !before.panic()) {
      LOG.warn("Too few servers would be UP: nobody is put DOWN, all are tried pool={}", pool);
    } else if (before.panic() && !verdict.panic()) {
      LOG.info("Enough servers are UP again pool={}", pool);
    }
    verdict
        .servers()
        .forEach(
            (server, standing) -> {
              Standing known = before.servers().get(server);
              if (known != null && known.health() != standing.health()) {
                LOG.info(
                    "The cluster finds a server {} server={} up-votes={} down-votes={} reasons={}",
                    standing.health(),
                    Scope.of(pool, server),
                    standing.votes().up(),
                    standing.votes().down(),
                    reasons(pool, server, view));
              }
            });
  }

  private static List<String> reasons(PoolName pool, ServerName server, ClusterView view) {
    List<String> reasons = new ArrayList<>();
    view.nodes()
        .forEach(
            (node, known) -> {
              NodeStatus.Pool said = known.status().pools().get(pool);
              NodeStatus.Server its = said == null ? null : said.servers().get(server);
              if (known.counts() && its != null && its.vote() == Health.DOWN) {
                reasons.add(node + ": " + its.trouble());
              }
            });
    return reasons;
  }
}
