package dev.holdfast.directory;

import dev.holdfast.config.Difference;
import dev.holdfast.config.PoolConfig;
import dev.holdfast.config.ServerConfig;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** In what two intents differ, in lines for people. */
final class IntentDifference {
  private IntentDifference() {}

  static List<String> lines(Intent before, Intent after) {
    List<String> lines = new ArrayList<>();
    Difference.between(before.config(), after.config()).forEach(one -> lines.add(one.toString()));
    for (PoolConfig pool : after.config().pools()) {
      for (ServerConfig server : pool.servers()) {
        state(pool.name(), server.name(), before, after, lines);
      }
      pins(pool.name(), before.pins(pool.name()), after.pins(pool.name()), lines);
    }
    return lines;
  }

  private static void state(
      PoolName pool, ServerName server, Intent before, Intent after, List<String> lines) {
    String old = state(before, pool, server);
    String next = state(after, pool, server);
    if (!old.equals(next)) {
      lines.add("pools[" + pool + "].servers[" + server + "]: " + old + " -> " + next);
    }
  }

  private static String state(Intent intent, PoolName pool, ServerName server) {
    return intent.state(pool, server)
        + (intent.keeping(pool).contains(server) ? " (sticky: keep)" : "");
  }

  private static void pins(
      PoolName pool,
      Map<Source, ServerName> before,
      Map<Source, ServerName> after,
      List<String> lines) {
    TreeSet<Source> sources = new TreeSet<>(before.keySet());
    sources.addAll(after.keySet());
    for (Source source : sources) {
      @Nullable ServerName old = before.get(source);
      @Nullable ServerName next = after.get(source);
      if (!Objects.equals(old, next)) {
        lines.add("pools[" + pool + "].pins[" + source + "]: " + text(old) + " -> " + text(next));
      }
    }
  }

  private static String text(@Nullable ServerName server) {
    return server == null ? "none" : server.value();
  }
}
