package dev.holdfast.admin.answer;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
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
    Count sessions) {
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
}
