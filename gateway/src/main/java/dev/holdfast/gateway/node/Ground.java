package dev.holdfast.gateway.node;

import dev.holdfast.config.Settings;
import dev.holdfast.config.SharedConfig;
import dev.holdfast.directory.Intent;
import dev.holdfast.directory.SavedIntent;
import dev.holdfast.gateway.ports.LocalPorts;
import dev.holdfast.gateway.ports.OutsidePort;
import dev.holdfast.members.Host;
import dev.holdfast.members.Identity;
import dev.holdfast.members.Members;
import dev.holdfast.members.StartFault;
import dev.holdfast.members.StateFolder;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a node stands on before it knows any other: its folder, its identity, its control loop and
 * its watch.
 */
final class Ground {
  /** Exit code of a process whose watch failed: it ends without a word, as if it was killed. */
  private static final int WATCH_FAILED = 70;

  private final Settings settings;
  private final Endings endings;
  private final StateFolder folder;
  private final Identity identity;
  private final ThreadLoop loop;
  private final Disk disk;
  private final Optional<SavedIntent> saved;
  private final Members members;
  private volatile @Nullable Intent intent;
  private volatile Map<NodeId, Long> sessions = Map.of();

  /**
   * Takes the folder and binds the watch.
   *
   * @throws StartFault if one of them cannot be had
   */
  Ground(Settings settings, Endings endings) throws StartFault {
    this.settings = settings;
    this.endings = endings;
    folder = endings.add(StateFolder.open(settings.node().stateDir()), StateFolder::close);
    identity =
        Identity.take(
            folder,
            settings.node().name(),
            Host.here(),
            System.currentTimeMillis(),
            UUID::randomUUID);
    loop = endings.add(new ThreadLoop("holdfast-control"), ThreadLoop::close);
    disk = endings.add(new Disk(folder), Disk::close);
    saved = folder.read(SavedIntent.KIND);
    intent = saved.map(SavedIntent::intent).orElse(null);
    members =
        endings.add(
            Members.start(
                identity,
                folder,
                new Members.Settings(
                    settings.cluster().name(),
                    free(settings.node().watch()),
                    () -> shared().lease(),
                    () -> shared().expectedNodes(),
                    id -> sessions.getOrDefault(id, 0L),
                    loop,
                    () -> Runtime.getRuntime().halt(WATCH_FAILED))),
            Members::close);
  }

  /** A port where the configuration gives none, see {@link OutsidePort}. Blocks. */
  static HostPort free(HostPort wanted) {
    return OutsidePort.of(wanted, LocalPorts.here(), ThreadLocalRandom.current());
  }

  /**
   * The configuration to go by: the cluster's as far as it is known, else the file's. Any thread.
   */
  SharedConfig shared() {
    Intent known = intent;
    return known == null ? settings.shared() : known.config();
  }

  /** The cluster wants this now. */
  void intent(Intent now) {
    intent = now;
  }

  /** Sessions that the processes had when they were last heard, for the settling time. */
  void sessions(Map<NodeId, Long> last) {
    sessions = Map.copyOf(last);
  }

  Settings settings() {
    return settings;
  }

  Endings endings() {
    return endings;
  }

  NodeId self() {
    return identity.id();
  }

  ThreadLoop loop() {
    return loop;
  }

  Disk disk() {
    return disk;
  }

  Members members() {
    return members;
  }

  /** What the disk holds of a kind. Blocks. */
  <T> Optional<T> read(StateFolder.Kind<T> kind) {
    return folder.read(kind);
  }

  /** What the disk held when the node started. */
  Optional<SavedIntent> saved() {
    return saved;
  }
}
