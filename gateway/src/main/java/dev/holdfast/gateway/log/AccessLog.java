package dev.holdfast.gateway.log;

import dev.holdfast.config.NodeSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes entries as text or JSON lines, in the order they came. */
public final class AccessLog implements AutoCloseable {
  /** Entries that wait to be written at most. */
  public static final int QUEUE = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int BATCH = 512;
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeSettings.AccessLog settings;
  private final String node;
  private final ArrayBlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final @Nullable Thread writer;
  private volatile boolean closed;
  private volatile boolean reopen;

  private AccessLog(NodeSettings.AccessLog settings, String node, @Nullable OutputStream out) {
    this.settings = settings;
    this.node = node;
    this.writer = out == null ? null : new Thread(() -> write(out), "holdfast-access-log");
  }

  /**
   * Opens the log.
   *
   * @param node name of this node
   * @throws IOException if the file cannot be opened for appending
   */
  public static AccessLog open(NodeSettings.AccessLog settings, String node) throws IOException {
    OutputStream out =
        switch (settings.to()) {
          case "none" -> null;
          case "stdout" -> new PrintStream(new FileOutputStream(FileDescriptor.out), false);
          default -> file(settings.to());
        };
    AccessLog log = new AccessLog(settings, node, out);
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
    if (!settings.to().equals("none") && !settings.to().equals("stdout")) {
      file(settings.to()).close();
    }
  }

  private static OutputStream file(String path) throws IOException {
    return Files.newOutputStream(
        Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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

  /** Entries that were lost because the writer did not keep up. */
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

  /**
   * Comes by itself instead of being woken: a wake-up would cost each session several times what
   * its line costs.
   */
  private void write(OutputStream first) {
    OutputStream out = first;
    AccessLines lines = new AccessLines(settings.json(), node);
    List<AccessEntry> batch = new ArrayList<>();
    long told = 0;
    long toldNanos = System.nanoTime() - TELL_NANOS;
    try {
      boolean last = false;
      while (!last) {
        last = closed; // what was added before is written still
        if (reopen && !settings.to().equals("stdout")) {
          reopen = false;
          out.close();
          out = file(settings.to());
        }
        while (queue.drainTo(batch, BATCH) > 0) {
          out.write(lines.of(batch).getBytes(StandardCharsets.UTF_8));
          batch.clear();
        }
        out.flush();
        long now = System.nanoTime();
        if (dropped.sum() != told && now - toldNanos >= TELL_NANOS) {
          LOG.warn("The access log cannot keep up dropped={}", dropped.sum() - told);
          told = dropped.sum();
          toldNanos = now;
        }
        if (!last) {
          LockSupport.parkNanos(EVERY_NANOS);
        }
      }
      if (!settings.to().equals("stdout")) {
        out.close();
      }
    } catch (IOException e) {
      closed = true;
      LOG.error("The access log cannot be written to={} cause={}", settings.to(), e.toString());
    }
  }

  /** {@code ip:port}, IPv6 in brackets. */
  public static String address(InetSocketAddress address) {
    return AccessLines.address(address, new StringBuilder(24)).toString();
  }
}
