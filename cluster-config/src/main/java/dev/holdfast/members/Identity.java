package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who this process is: its name, an incarnation that no process of the name had before, and what
 * its state folder proves of the one before.
 *
 * @param id name and incarnation
 * @param folder random id of the state folder; a copied folder gets another
 * @param host where this process runs
 * @param proves greatest incarnation of this name whose process is gone because this one holds the
 *     lock of its folder; 0 if nothing is proven
 */
public record Identity(NodeId id, String folder, Host host, long proves) {
  /** Checks the length, since identities arrive over the network too. */
  public Identity {
    if (folder.length() > 64 || id.incarnation() < 1) {
      throw new IllegalArgumentException("identity: " + id + " (expected: an incarnation from 1)");
    }
  }

  /** What the state folder says of the process that holds it. */
  record Holder(
      String folder, String lockKey, NodeName name, long incarnation, long floor, Host host) {}

  /**
   * Without it this process proves nothing of the one before it, and its incarnation is the wall
   * clock. Both are safe: who was not proven gone is waited for, and a process whose incarnation is
   * not above all that the others know is refused by them, and tries again above.
   */
  static final StateFolder.Kind<Holder> HOLDER =
      new StateFolder.Kind<>(
          "holder", 1, Holder.class, "the process before is not proven gone by this folder");

  /**
   * Takes the next incarnation: max(stored + 1, wall clock), written and synced before this
   * returns.
   *
   * @param wallMs wall clock in ms
   * @throws StartFault if the folder cannot be written
   */
  public static Identity take(
      StateFolder folder, NodeName name, Host host, long wallMs, Supplier<UUID> random)
      throws StartFault {
    Optional<Holder> before = folder.read(HOLDER);
    long incarnation = Math.max(1, Math.max(wallMs, before.map(Identity::highest).orElse(0L) + 1));
    Optional<Holder> mine = before.filter(holder -> holder.lockKey().equals(folder.lockKey()));
    String id = mine.map(Holder::folder).orElseGet(() -> random.get().toString());
    long proves =
        mine.filter(holder -> holder.name().equals(name) && host.endsLockOf(holder.host()))
            .map(Holder::incarnation)
            .orElse(0L);
    write(folder, new Holder(id, folder.lockKey(), name, incarnation, incarnation, host));
    return new Identity(new NodeId(name, incarnation), id, host, proves);
  }

  private static long highest(Holder holder) {
    return Math.max(holder.incarnation(), holder.floor());
  }

  /** The next start from this folder takes an incarnation above the given one. */
  void raiseFloor(StateFolder folder, long incarnation) throws StartFault {
    write(
        folder,
        new Holder(
            this.folder,
            folder.lockKey(),
            id.name(),
            id.incarnation(),
            Math.max(id.incarnation(), incarnation),
            host));
  }

  private static void write(StateFolder folder, Holder holder) throws StartFault {
    try {
      folder.write(HOLDER, holder);
    } catch (IOException e) {
      throw new StartFault(
          "state-dir: " + folder.path() + " (expected: a folder that this process may write)");
    }
  }
}
