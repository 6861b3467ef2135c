package dev.holdfast.loadtest.scale;

import dev.holdfast.loadtest.peers.Heap;
import dev.holdfast.loadtest.peers.Kernel;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory and CPU time at a moment.
 *
 * @param privateBytes of all gateways
 * @param liveBytes of the heaps of the first gateways, after a collection
 * @param heaps how many those are
 * @param kernelBytes of the machine, as far as it grows with connections
 * @param cpuSeconds of all gateways
 */
record Memory(long privateBytes, long liveBytes, int heaps, long kernelBytes, double cpuSeconds) {
  private static final int HEAPS = 3;

  static Memory of(List<ProcessHandle> gateways) throws IOException, InterruptedException {
    double cpu = 0;
    long own = 0;
    for (ProcessHandle gateway : gateways) {
      cpu += Kernel.cpuSeconds(gateway);
      own += Kernel.privateBytes(gateway);
    }
    long live = 0;
    int heaps = 0;
    for (ProcessHandle gateway : gateways.subList(0, Math.min(HEAPS, gateways.size()))) {
      OptionalLong bytes = Heap.liveBytes(gateway);
      if (bytes.isPresent()) {
        live += bytes.getAsLong();
        heaps++;
      }
    }
    return new Memory(own, live, heaps, Kernel.socketBytes(), cpu);
  }
}
