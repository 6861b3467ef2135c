package dev.holdfast.gateway.session;

import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.ListenerConfig.PerSource;
import dev.holdfast.gateway.admit.AccessList;
import dev.holdfast.gateway.admit.Gauge;
import dev.holdfast.gateway.admit.Pace;
import dev.holdfast.gateway.admit.SourceLimits;
import dev.holdfast.gateway.relay.SocketSettings;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What all loops share of a listener. Its settings are replaced as a whole. */
public final class ListenerPlace {
  private final ListenerName name;
  private final Gauge sessions = new Gauge();
  private final Gauge queued = new Gauge();
  private final SourceLimits sources = new SourceLimits();
  private final Pace pace = new Pace();
  private final Times queueTimes = new Times();
  private final ConcurrentHashMap<String, LongAdder> endings = new ConcurrentHashMap<>();
  private volatile ListenerConfig config;
  private volatile AccessList access;

  /** Whoever this allows must send a PROXY header; null is nobody. */
  private volatile @Nullable AccessList headersFrom;

  /** A listener with its first settings. */
  public ListenerPlace(ListenerConfig config) {
    this.name = config.name();
    this.config = config;
    this.access = new AccessList(config.allow(), config.deny());
    this.headersFrom = headersFrom(config);
    pace.limit(config.limits().newSessions());
  }

  /** Puts settings in force for sessions to come. One thread at a time. */
  public void configure(ListenerConfig settings) {
    if (!settings.allow().equals(config.allow()) || !settings.deny().equals(config.deny())) {
      access = new AccessList(settings.allow(), settings.deny());
    }
    if (!settings.proxyProtocolFrom().equals(config.proxyProtocolFrom())) {
      headersFrom = headersFrom(settings);
    }
    config = settings;
    pace.limit(settings.limits().newSessions());
  }

  private static @Nullable AccessList headersFrom(ListenerConfig settings) {
    return settings.proxyProtocolFrom().isEmpty()
        ? null
        : new AccessList(settings.proxyProtocolFrom(), List.of());
  }

  /** True if who comes from an address says by a PROXY header whose connection it is. */
  boolean mustSendHeader(Source address) {
    AccessList from = headersFrom;
    return from != null && from.allows(address);
  }

  /** The listener. */
  public ListenerName name() {
    return name;
  }

  /** Settings in force. */
  public ListenerConfig config() {
    return config;
  }

  /** How sockets of its clients are set up. */
  public SocketSettings socket() {
    return Sockets.of(config);
  }

  /** Sessions on this node that passed the local checks. */
  public Gauge sessions() {
    return sessions;
  }

  /** Clients that wait on this node. */
  public Gauge queued() {
    return queued;
  }

  /** True if no session of this node came by it or waits. */
  public boolean isIdle() {
    return sessions.current() == 0 && queued.current() == 0;
  }

  /** What is known of single sources. */
  public SourceLimits sources() {
    return sources;
  }

  /** How fast its sessions may begin. */
  public Pace pace() {
    return pace;
  }

  /** How long clients were in the queue, whatever became of them. */
  public Times queueTimes() {
    return queueTimes;
  }

  /** Why this node alone refuses a new session of an address now, or null. Any thread. */
  public @Nullable Refusal hindrance(Source address, long nowNanos) {
    if (!access.allows(address)) {
      return Refusal.ACL;
    }
    ListenerConfig.Limits limits = config.limits();
    PerSource counted = counting();
    return counted == null
        ? null
        : sources.hindrance(
            address.cut(counted.ipv4Prefix(), counted.ipv6Prefix()),
            limits.sessionsPerSource(),
            limits.newSessionsPerSource(),
            nowNanos);
  }

  /** Whom its limits of single sources count as one, or null if there are none. */
  @Nullable PerSource counting() {
    ListenerConfig.Limits limits = config.limits();
    return limits.sessionsPerSource() == null && limits.newSessionsPerSource() == null
        ? null
        : limits.perSource();
  }

  /** Sessions ended so far, by their two letters, sorted. */
  public Map<String, Long> endings() {
    TreeMap<String, Long> now = new TreeMap<>();
    endings.forEach((letters, count) -> now.put(letters, count.sum()));
    return now;
  }

  AccessList access() {
    return access;
  }

  void ended(String letters) {
    endings.computeIfAbsent(letters, unseen -> new LongAdder()).increment();
  }
}
