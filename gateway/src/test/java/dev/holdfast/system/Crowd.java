package dev.holdfast.system;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many clients at once. */
final class Crowd implements Closeable {
  private static final int THREADS = 400;

  final Queue<Client> clients = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads;

  Crowd() {
    this(THREADS);
  }

  /** With so many clients at a time. */
  Crowd(int atATime) {
    threads = Executors.newFixedThreadPool(atATime);
  }

  /** What one client of the crowd does. */
  interface Task {
    void run(int number) throws Exception;
  }

  /** The address of a source by its number: 127.x.y.z, never 127.0.0.z. */
  static String source(int number) {
    return "127." + (10 + number / 62_500) + "." + (number / 250 % 250) + "." + (number % 250 + 1);
  }

  /**
   * Runs a task for 0 to count - 1 on many threads and waits for all; the first failure is thrown.
   */
  void each(int count, Task task) throws Exception {
    List<Future<?>> all =
        IntStream.range(0, count)
            .<Future<?>>mapToObj(
                number ->
                    threads.submit(
                        () -> {
                          task.run(number);
                          return null;
                        }))
            .toList();
    for (Future<?> one : all) {
      one.get();
    }
  }

  /** Opens one session for the source and keeps it; false if it was refused. */
  boolean open(String source, InetSocketAddress gateway, int timeoutMs) {
    try {
      clients.add(Client.open(source, gateway, timeoutMs));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** How many of the kept sessions still carry a byte there and back. */
  int alive() throws Exception {
    List<Client> all = List.copyOf(clients);
    int[] alive = new int[all.size()];
    each(all.size(), i -> alive[i] = all.get(i).alive() ? 1 : 0);
    return IntStream.of(alive).sum();
  }

  /** Closes the kept sessions. */
  void leave() throws IOException {
    for (Client client = clients.poll(); client != null; client = clients.poll()) {
      client.close();
    }
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    leave();
  }
}
