package dev.holdfast.words;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What a limit counts in, written as {@code cluster}, {@code listener/L}, {@code pool/P} or {@code
 * server/P/S}. The natural order is the order in which a session takes its permits: server, pool,
 * listener, cluster (rule R-order of the ledger), then by text.
 *
 * @param text the scope as the admin API and the metrics write it
 */
public record Scope(@JsonValue String text) implements Comparable<Scope> {
  /** The whole cluster. */
  public static final Scope CLUSTER = new Scope("cluster");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if the text is none of the four forms
   */
  @JsonCreator
  public Scope {
    String[] parts = text.split("/", -1);
    boolean good =
        switch (parts[0]) {
          case "cluster" -> parts.length == 1;
          case "listener", "pool" -> parts.length == 2;
          case "server" -> parts.length == 3;
          default -> false;
        };
    if (!good) {
      throw new IllegalArgumentException(
          "scope: " + text + " (expected: cluster, listener/L, pool/P or server/P/S)");
    }
    for (int i = 1; i < parts.length; i++) {
      Name.check("scope", parts[i]);
    }
  }

  /** The scope of a listener. */
  public static Scope of(ListenerName listener) {
    return new Scope("listener/" + listener);
  }

  /** The scope of a pool. */
  public static Scope of(PoolName pool) {
    return new Scope("pool/" + pool);
  }

  /** The scope of one server of a pool. */
  public static Scope of(PoolName pool, ServerName server) {
    return new Scope("server/" + pool + "/" + server);
  }

  private int rank() {
    return switch (text.charAt(0)) {
      case 's' -> 0;
      case 'p' -> 1;
      case 'l' -> 2;
      default -> 3;
    };
  }

  @Override
  public int compareTo(Scope other) {
    int byRank = Integer.compare(rank(), other.rank());
    return byRank != 0 ? byRank : text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
