package dev.holdfast.gateway.log;

import dev.holdfast.config.NodeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes entries as text or JSON lines, in the order they came. What cannot be written, as on a
 * full disk, is lost and counted, and tried again each second with what comes then.
 */
public final class AccessLog implements AutoCloseable {
  /** Entries that wait to be written at most. */
  public static final int QUEUE = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int BATCH = 512;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String to;
  private final AccessLines lines;
  private final ArrayBlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final @Nullable Thread writer;
  private volatile boolean closed;
  private volatile boolean reopen;

  // of the writer
  private boolean failing;
  private long triedNanos;
  private long told;
  private long toldNanos = System.nanoTime() - SECOND;

  private AccessLog(NodeSettings.AccessLog settings, String node, @Nullable LogFile file) {
    this.to = settings.to();
    this.lines = new AccessLines(settings.json(), node);
    this.writer = file == null ? null : new Thread(() -> write(file), "holdfast-access-log");
  }

  /**
   * Opens the log.
   *
   * @param node name of this node
   * @throws IOException if the file cannot be opened for appending
   */
  public static AccessLog open(NodeSettings.AccessLog settings, String node) throws IOException {
    return open(settings, node, System::currentTimeMillis);
  }

  static AccessLog open(NodeSettings.AccessLog settings, String node, LongSupplier wallMs)
      throws IOException {
    LogFile file = settings.to().equals("none") ? null : LogFile.open(settings, wallMs);
    AccessLog log = new AccessLog(settings, node, file);
    if (log.writer != null) {
      log.writer.setDaemon(true);
      log.writer.start();
    }
    return log;
  }

  /**
   * Looks whether {@link #open} would find a file that it can append to; makes it if there is none.
   *
   * @throws IOException if it would not
   */
  public static void tryOpen(NodeSettings.AccessLog settings) throws IOException {
    if (!settings.to().equals("none")) {
      LogFile.open(settings, System::currentTimeMillis).close();
    }
  }

  /** True if entries go anywhere: else nobody needs to make them. */
  public boolean isOn() {
    return writer != null;
  }

  /** Hands an entry over. Any thread; never waits. */
  public void add(AccessEntry entry) {
    if (writer != null && (closed || !queue.offer(entry))) {
      dropped.increment();
    }
  }

  /** Entries that were lost because the writer did not keep up or could not write. */
  public long dropped() {
    return dropped.sum();
  }

  /** Opens the file anew, as after it was renamed. Any thread. */
  public void reopen() {
    reopen = true;
  }

  /** Writes what waits and ends, within two seconds. */
  @Override
  public void close() {
    closed = true;
    if (writer != null) {
      LockSupport.unpark(writer);
      try {
        writer.join(2000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---------------------------------------------------------------- the writer's thread

  /**
   * Comes by itself instead of being woken: a wake-up would cost each session several times what
   * its line costs.
   */
  private void write(LogFile file) {
    List<AccessEntry> batch = new ArrayList<>();
    try (file) {
      boolean last = false;
      while (!last) {
        last = closed; // what was added before is written still
        do {
          batch.clear();
          queue.drainTo(batch, BATCH);
          flush(file, batch);
        } while (batch.size() == BATCH);
        tell();
        if (!last) {
          LockSupport.parkNanos(EVERY_NANOS);
        }
      }
    } catch (IOException e) {
      LOG.warn("The access log did not close in order to={} cause={}", to, e.toString());
    }
  }

  private void flush(LogFile file, List<AccessEntry> batch) {
    boolean retry = failing && System.nanoTime() - triedNanos >= SECOND;
    if (failing && !retry && !reopen) {
      dropped.add(batch.size());
      return;
    }
    try {
      if (reopen || retry) {
        reopen = false;
        triedNanos = System.nanoTime();
        file.reopen();
      }
      file.look();
      if (!batch.isEmpty()) {
        file.write(lines.of(batch).getBytes(StandardCharsets.UTF_8));
        failing = false;
      }
    } catch (IOException e) {
      dropped.add(batch.size());
      if (!failing) {
        LOG.error("The access log cannot be written to={} cause={}", to, e.toString());
      }
      failing = true;
      triedNanos = System.nanoTime();
    }
  }

  private void tell() {
    long now = System.nanoTime();
    if (dropped.sum() != told && now - toldNanos >= SECOND) {
      LOG.warn("Lines of the access log were lost count={}", dropped.sum() - told);
      told = dropped.sum();
      toldNanos = now;
    }
  }
}
