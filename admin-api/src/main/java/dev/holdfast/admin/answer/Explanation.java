package dev.holdfast.admin.answer;

import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
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
 * @param source who the client is for affinity
 * @param held the slot is held by a change of the table under way: the client waits for its end
 * @param operatorPin an operator pinned the source to the server
 * @param standing what is wanted and known of the server, null without one
 * @param permits that the session would take, in the order in which it would
 * @param queued clients that wait in the pool, over the cluster
 * @param changes where the source would go if something changed
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
    @Nullable String check,
    Source source,
    boolean held,
    boolean operatorPin,
    @Nullable Standing standing,
    List<Permits> permits,
    long queued,
    List<Change> changes) {
  /** Copies the lists. */
  public Explanation {
    next = List.copyOf(next);
    permits = List.copyOf(permits);
    changes = List.copyOf(changes);
  }

  /**
   * The server's state.
   *
   * @param adminState what an operator wants of it
   * @param health what the cluster acts on, null before the first result
   */
  public record Standing(AdminState adminState, @Nullable Health health) {}

  /**
   * Permits of a scope.
   *
   * @param scope what the limit counts in
   * @param held over the cluster
   * @param granted over the cluster
   * @param limit or null
   * @param heldHere on the answering node
   * @param grantedHere on the answering node
   */
  public record Permits(
      Scope scope,
      long held,
      long granted,
      @Nullable Long limit,
      long heldHere,
      long grantedHere) {}

  /**
   * What would move the source.
   *
   * @param when what happens, as {@code server app-2 is drained}
   * @param server where it would go then, null if nowhere
   */
  public record Change(String when, @Nullable ServerName server) {}

  /**
   * Local ports of this node towards a server.
   *
   * @param used in use, TIME_WAIT included
   * @param limit how many there are
   */
  public record Ports(long used, long limit) {}
}
