package dev.holdfast.admin.answer;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.ServerName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server: {@code GET /v1/pools/{pool}/servers/{server}}.
 *
 * @param name of the server
 * @param host a name or a literal address
 * @param ports at least one
 * @param weight 0 to 1000
 * @param adminState what an operator wants of it
 * @param health what the majority measured, null before the first result
 * @param votes how many nodes say what
 * @param slots of the table that lead here, 0 to 65536
 * @param sessions over the whole cluster
 * @param check where it is checked, and what came of it
 * @param localPorts of the answering node towards the server, null where they are not counted
 */
public record ServerAnswer(
    ServerName name,
    String host,
    List<Integer> ports,
    int weight,
    AdminState adminState,
    @Nullable Health health,
    Votes votes,
    int slots,
    Count sessions,
    Check check,
    Explanation.@Nullable Ports localPorts) {
  /** Copies the ports. */
  public ServerAnswer {
    ports = List.copyOf(ports);
  }

  /**
   * Nodes by what they measured.
   *
   * @param up nodes that reach the server
   * @param down nodes that do not
   */
  public record Votes(int up, int down) {}

  /**
   * How the server is checked.
   *
   * @param host where, null for its host
   * @param port where, null for that of the pool's check, or else its first
   * @param code of the answering node's last result, as HAProxy calls it; null before the first
   * @param lastResult the same in words
   * @param at when that was, ISO 8601
   * @param tookMs how long that check took
   * @param failing the nodes that find the server DOWN
   */
  public record Check(
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String code,
      @Nullable String lastResult,
      @Nullable String at,
      @Nullable Long tookMs,
      List<Failing> failing) {
    /** Copies the list. */
    public Check {
      failing = List.copyOf(failing);
    }

    /** Nothing is known of it. */
    public static Check unknown(@Nullable String host, @Nullable Integer port) {
      return new Check(host, port, null, null, null, null, List.of());
    }
  }

  /**
   * A node that finds the server DOWN.
   *
   * @param node the one
   * @param reason of its check
   */
  public record Failing(NodeName node, String reason) {}
}
