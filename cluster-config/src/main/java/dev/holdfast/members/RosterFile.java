package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster and its file. A change counts, and is said to others, when the file is synced; the
 * disk is written by another thread, so a slow disk costs no pulse. Confined to the watch thread.
 */
final class RosterFile {
  /**
   * Without it this node is one whose disk was lost: it has no vote until the others accept it, or
   * until as many as are expected have met. Safe as long as {@code expected-nodes} is not below the
   * number of nodes, which the roster guards against and nobody else remembers.
   */
  static final StateFolder.Kind<Roster> KIND =
      new StateFolder.Kind<>(
          "roster", 1, Roster.class, "this node has no vote until the others accept it");

  private record Waiting(long version, Runnable then) {}

  private static final Logger LOG = LoggerFactory.getLogger(RosterFile.class);
  private static final long AGAIN_NANOS = 1_000_000_000L;

  private final StateFolder folder;
  private final Executor disk;
  private final Executor back;
  private final List<Waiting> waiting = new ArrayList<>();
  private Roster wanted;
  private Roster stored;
  private long wantedVersion = 1;
  private long storedVersion;
  private boolean writing;
  private boolean failing;
  private long againAt;

  /**
   * Reads the file. The roster counts with this process in it from the first synced write.
   *
   * @param disk runs what blocks
   * @param back runs what belongs to the watch thread
   */
  RosterFile(StateFolder folder, Identity self, Executor disk, Executor back) {
    this.folder = folder;
    this.disk = disk;
    this.back = back;
    stored = folder.read(KIND).orElse(Roster.EMPTY);
    wanted = stored.with(self.id(), self.folder());
  }

  /** What is on the disk, and may be said. */
  Roster stored() {
    return stored;
  }

  /** +1 or more at each change of {@link #stored}. */
  long version() {
    return storedVersion;
  }

  /** Writes what is wanted, before the watch begins. */
  void begin(NodeId self) throws StartFault {
    try {
      folder.write(KIND, wanted);
      stored = wanted;
      storedVersion = wantedVersion;
    } catch (IOException e) {
      LOG.debug("The roster of {} cannot be written", self, e);
      throw new StartFault(
          "state-dir: " + folder.path() + " (expected: a folder that this process may write)");
    }
  }

  /** Changes the roster; {@code then} runs on the watch thread when the disk has it. */
  void change(UnaryOperator<Roster> change, Runnable then) {
    Roster next = change.apply(wanted);
    if (!next.equals(wanted)) {
      wanted = next;
      wantedVersion++;
    }
    if (storedVersion == wantedVersion) {
      then.run();
    } else {
      waiting.add(new Waiting(wantedVersion, then));
      write();
    }
  }

  /** Tries again what the disk refused. */
  void beat(long now) {
    if (failing && now - againAt >= 0) {
      failing = false;
      write();
    }
    if (failing && againAt == 0) {
      againAt = now + AGAIN_NANOS;
    }
  }

  private void write() {
    if (writing || failing || storedVersion == wantedVersion) {
      return;
    }
    writing = true;
    Roster roster = wanted;
    long version = wantedVersion;
    disk.execute(
        () -> {
          IOException fault = null;
          try {
            folder.write(KIND, roster);
          } catch (IOException e) {
            fault = e;
          }
          IOException result = fault;
          back.execute(() -> written(roster, version, result));
        });
  }

  private void written(Roster roster, long version, IOException fault) {
    writing = false;
    if (fault != null) {
      LOG.error("The roster cannot be written and nobody can join fault={}", fault.toString());
      failing = true;
      againAt = 0;
      return;
    }
    stored = roster;
    storedVersion = version;
    for (Waiting each : List.copyOf(waiting)) {
      if (each.version() <= version) {
        waiting.remove(each);
        each.then().run();
      }
    }
    write();
  }
}
