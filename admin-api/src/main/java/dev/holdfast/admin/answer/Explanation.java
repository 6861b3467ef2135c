package dev.holdfast.admin.answer;

import dev.holdfast.words.PoolName;
import dev.holdfast.words.ServerName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/explain}: what would happen to a new session of a source now, on the answering
 * node.
 *
 * @param slot of the source, 0 to 65535
 * @param epoch of the table that was asked
 * @param pool that the listener feeds
 * @param server where the session would go, null if nowhere
 * @param by what decided: {@code slot}, {@code pin} or {@code diverted}; null without a server
 * @param next the choices after that, best first
 * @param decision {@code admit}, {@code queue} or {@code refuse}
 * @param reason why not admitted, a label of {@link dev.holdfast.words.Refusal}; null when admitted
 * @param ports local ports towards the server, null where they are not counted
 * @param check what this node's last check of the server found, null before the first
 */
public record Explanation(
    int slot,
    long epoch,
    PoolName pool,
    @Nullable ServerName server,
    @Nullable String by,
    List<ServerName> next,
    String decision,
    @Nullable String reason,
    @Nullable Ports ports,
    @Nullable String check) {
  /** Copies the list. */
  public Explanation {
    next = List.copyOf(next);
  }

  /**
   * Local ports of this node towards a server.
   *
   * @param used in use, TIME_WAIT included
   * @param limit how many there are
   */
  public record Ports(long used, long limit) {}
}
