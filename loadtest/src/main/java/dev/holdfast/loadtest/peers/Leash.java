package dev.holdfast.loadtest.peers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that end with this one, also when it is told to end early. Any thread. */
public final class Leash {
  private static final Set<Process> HELD = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> HELD.forEach(Leash::end), "leash"));
  }

  private Leash() {}

  /** Holds a process until it ends. */
  public static Process hold(Process process) {
    HELD.add(process);
    process.onExit().thenRun(() -> HELD.remove(process));
    return process;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
