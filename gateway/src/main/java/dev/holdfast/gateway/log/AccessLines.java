package dev.holdfast.gateway.log;

import dev.holdfast.gateway.header.Told;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries of the access log as text or JSON. One thread. */
final class AccessLines {
  private static final long SECOND_MS = 1000;
  private static final int ISO_SECONDS = 19;

  private final boolean json;
  private final String node;
  private final StringBuilder lines = new StringBuilder(65_536);

  /** The second that was written last, and its text. */
  private long second = Long.MIN_VALUE;

  private String secondText = "";

  AccessLines(boolean json, String node) {
    this.json = json;
    this.node = node;
  }

  /** A line for each entry. */
  String of(List<AccessEntry> entries) {
    lines.setLength(0);
    for (AccessEntry entry : entries) {
      if (json) {
        json(entry);
      } else {
        text(entry);
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  private void text(AccessEntry entry) {
    StringBuilder to = lines;
    address(entry.client(), to).append(" [");
    time(entry.startMs()).append("] ");
    to.append(entry.listener()).append(' ').append(entry.pool()).append('/');
    to.append(entry.server() == null ? "-" : entry.server().value()).append(' ');
    to.append(entry.waitMs()).append('/').append(entry.connectMs()).append('/');
    to.append(entry.totalMs()).append(' ').append(entry.bytesIn()).append('/');
    to.append(entry.bytesOut()).append(' ');
    to.append(entry.termination() == null ? ".." : entry.termination());
    to.append(" id=").append(entry.id()).append(" source=");
    host(entry.source(), to);
    if (entry.local() != null) {
      address(entry.local(), to.append(" local="));
    }
    if (entry.target() != null) {
      address(entry.target(), to.append(" target="));
    }
    if (entry.reason() != null) {
      to.append(" reason=").append(entry.reason().label());
    }
    if (entry.proxy() != null) {
      address(entry.proxy(), to.append(" proxy="));
      told(entry.told());
    }
    if (!entry.event().equals("end")) {
      to.append(" event=").append(entry.event());
    }
  }

  private void told(Told told) {
    said(" unique-id=", told.uniqueId());
    said(" authority=", told.authority());
    said(" alpn=", told.alpn());
    said(" tls=", told.tls());
    said(" common-name=", told.commonName());
  }

  private void said(String name, @Nullable String value) {
    if (value != null) {
      lines.append(name).append(value);
    }
  }

  private void json(AccessEntry entry) {
    StringBuilder to = lines.append("{\"time\":\"");
    time(entry.startMs() + entry.totalMs()).append('"');
    field("event", entry.event());
    field("node", node);
    field("id", entry.id());
    field("listener", entry.listener());
    field("pool", entry.pool());
    field("server", entry.server());
    field("client", entry.client());
    field("source", entry.source());
    field("local", entry.local());
    field("target", entry.target());
    to.append(",\"waitMs\":").append(entry.waitMs());
    to.append(",\"connectMs\":").append(entry.connectMs());
    to.append(",\"totalMs\":").append(entry.totalMs());
    to.append(",\"bytesIn\":").append(entry.bytesIn());
    to.append(",\"bytesOut\":").append(entry.bytesOut());
    field("termination", entry.termination());
    field("reason", entry.reason() == null ? null : entry.reason().label());
    if (entry.proxy() != null) {
      field("proxy", entry.proxy());
      field("uniqueId", entry.told().uniqueId());
      field("authority", entry.told().authority());
      field("alpn", entry.told().alpn());
      field("tls", entry.told().tls());
      field("commonName", entry.told().commonName());
    }
    to.append('}');
  }

  /** Names, addresses and what {@link Told} shows: nothing in them needs an escape. */
  private void field(String name, @Nullable Object value) {
    lines.append(",\"").append(name).append("\":");
    if (value == null) {
      lines.append("null");
    } else if (value instanceof InetSocketAddress address) {
      address(address, lines.append('"')).append('"');
    } else {
      lines.append('"').append(value).append('"');
    }
  }

  private StringBuilder time(long epochMs) {
    long now = Math.floorDiv(epochMs, SECOND_MS);
    if (now != second) {
      second = now;
      secondText = Instant.ofEpochSecond(now).toString().substring(0, ISO_SECONDS);
    }
    int ms = (int) Math.floorMod(epochMs, SECOND_MS);
    lines.append(secondText).append(ms < 10 ? ".00" : ms < 100 ? ".0" : ".").append(ms);
    return lines.append('Z');
  }

  /** {@code ip:port}, IPv6 in brackets and without a scope. */
  static StringBuilder address(InetSocketAddress address, StringBuilder to) {
    Source host = Source.of(address.getAddress(), 32, 128);
    if (host.isV4()) {
      host(host, to);
    } else {
      to.append('[').append(host).append(']');
    }
    return to.append(':').append(address.getPort());
  }

  private static void host(Source source, StringBuilder to) {
    if (source.isV4()) {
      int bits = (int) source.low();
      to.append(bits >>> 24).append('.').append(bits >>> 16 & 0xff).append('.');
      to.append(bits >>> 8 & 0xff).append('.').append(bits & 0xff);
    } else {
      to.append(source);
    }
  }
}
