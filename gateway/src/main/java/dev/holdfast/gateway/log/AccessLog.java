package dev.holdfast.gateway.log;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes entries as text or JSON lines, in the order they came. */
public final class AccessLog implements AutoCloseable {
  /** Entries that wait to be written at most. */
  public static final int QUEUE = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final long FLUSH_MS = 100;
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
      try {
        writer.join(2000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void write(OutputStream first) {
    OutputStream out = first;
    long told = 0;
    long toldNanos = System.nanoTime() - TELL_NANOS;
    try {
      while (!closed || !queue.isEmpty()) {
        AccessEntry entry = queue.poll(FLUSH_MS, TimeUnit.MILLISECONDS);
        StringBuilder lines = new StringBuilder(1024);
        while (entry != null && lines.length() < 65_536) {
          line(entry, lines).append('\n');
          entry = queue.poll();
        }
        if (entry != null) {
          line(entry, lines).append('\n');
        }
        if (reopen && !settings.to().equals("stdout")) {
          reopen = false;
          out.close();
          out = file(settings.to());
        }
        if (lines.length() > 0) {
          out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
        long now = System.nanoTime();
        if (dropped.sum() != told && now - toldNanos >= TELL_NANOS) {
          LOG.warn("The access log cannot keep up dropped={}", dropped.sum() - told);
          told = dropped.sum();
          toldNanos = now;
        }
      }
      if (!settings.to().equals("stdout")) {
        out.close();
      }
    } catch (IOException e) {
      closed = true;
      LOG.error("The access log cannot be written to={} cause={}", settings.to(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private StringBuilder line(AccessEntry entry, StringBuilder to) {
    return settings.json() ? json(entry, to) : text(entry, to);
  }

  private static StringBuilder text(AccessEntry entry, StringBuilder to) {
    to.append(address(entry.client())).append(" [").append(Instant.ofEpochMilli(entry.startMs()));
    to.append("] ").append(entry.listener()).append(' ').append(entry.pool()).append('/');
    to.append(entry.server() == null ? "-" : entry.server().value()).append(' ');
    to.append(entry.waitMs()).append('/').append(entry.connectMs()).append('/');
    to.append(entry.totalMs()).append(' ').append(entry.bytesIn()).append('/');
    to.append(entry.bytesOut()).append(' ');
    to.append(entry.termination() == null ? ".." : entry.termination());
    to.append(" id=").append(entry.id()).append(" source=").append(entry.source());
    if (entry.local() != null) {
      to.append(" local=").append(address(entry.local()));
    }
    if (entry.target() != null) {
      to.append(" target=").append(address(entry.target()));
    }
    if (entry.reason() != null) {
      to.append(" reason=").append(entry.reason().label());
    }
    if (!entry.event().equals("end")) {
      to.append(" event=").append(entry.event());
    }
    return to;
  }

  private StringBuilder json(AccessEntry entry, StringBuilder to) {
    to.append("{\"time\":\"").append(Instant.ofEpochMilli(entry.startMs() + entry.totalMs()));
    field(to.append('"'), "event", entry.event());
    field(to, "node", node);
    field(to, "id", entry.id());
    field(to, "listener", entry.listener());
    field(to, "pool", entry.pool());
    field(to, "server", entry.server());
    field(to, "client", address(entry.client()));
    field(to, "source", entry.source());
    field(to, "local", entry.local() == null ? null : address(entry.local()));
    field(to, "target", entry.target() == null ? null : address(entry.target()));
    to.append(",\"waitMs\":").append(entry.waitMs());
    to.append(",\"connectMs\":").append(entry.connectMs());
    to.append(",\"totalMs\":").append(entry.totalMs());
    to.append(",\"bytesIn\":").append(entry.bytesIn());
    to.append(",\"bytesOut\":").append(entry.bytesOut());
    field(to, "termination", entry.termination());
    field(to, "reason", entry.reason() == null ? null : entry.reason().label());
    return to.append('}');
  }

  /** Names and addresses only: nothing in them needs an escape. */
  private static void field(StringBuilder to, String name, @Nullable Object value) {
    to.append(",\"").append(name).append("\":");
    if (value == null) {
      to.append("null");
    } else {
      to.append('"').append(value).append('"');
    }
  }

  /** {@code ip:port}, IPv6 in brackets. */
  public static String address(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    if (address.getAddress() instanceof Inet6Address && host.indexOf('%') >= 0) {
      host = host.substring(0, host.indexOf('%'));
    }
    return new HostPort(host, address.getPort()).toString();
  }
}
