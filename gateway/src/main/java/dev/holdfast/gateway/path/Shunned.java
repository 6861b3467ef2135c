package dev.holdfast.gateway.path;

import dev.holdfast.gateway.session.PoolPlace;
import dev.holdfast.gateway.session.ServerPlace;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The servers that this node leaves out because its own checks fail, although the cluster has not
 * declared them DOWN: their sessions go to the next choice without waiting for a connection that
 * would time out. Not in a panic, and not when this node reaches fewer than half of the servers of
 * a pool: then it is the node that is alone, and connections are tried.
 */
final class Shunned {
  private Set<PoolName> panics = Set.of();

  /** These pools are in a panic, no others; those for which that is news. */
  synchronized Set<PoolName> panics(Set<PoolName> pools) {
    Set<PoolName> news = new HashSet<>(pools);
    news.removeAll(panics);
    panics.stream().filter(pool -> !pools.contains(pool)).forEach(news::add);
    panics = Set.copyOf(pools);
    return news;
  }

  /** Looks at the votes of a pool again. Any thread; the last look counts. */
  synchronized void look(PoolPlace pool, Map<ServerName, Health> votes) {
    long up = votes.values().stream().filter(Health.UP::equals).count();
    boolean trusted = up * 2 >= votes.size() && !panics.contains(pool.name());
    for (ServerPlace server : pool.servers().values()) {
      server.shun(trusted && votes.get(server.name()) == Health.DOWN);
    }
  }
}
