package dev.holdfast.loadtest.compare;

/** What is compared, in the order of the table. */
public enum Measure {
  /** Proxy CPU of connect, greeting, an echo of one byte, close. */
  SESSION_CPU("CPU per short session", "µs"),
  /** Short sessions when it is saturated. */
  SESSION_RATE("short sessions", "/s"),
  /** From connect to the last end. */
  SESSION_P50("short session, p50", "µs"),
  /** From connect to the last end. */
  SESSION_P99("short session, p99", "µs"),
  /** From connect to the last end. */
  SESSION_P999("short session, p99.9", "µs"),
  /** Proxy CPU over wall clock during short sessions. */
  SESSION_BUSY("proxy's share of its core", "%"),
  /** Of that CPU, what a Java machine compiled for. */
  SESSION_COMPILING("part of it that compiles", "%"),
  /** How often a Java machine stood still during short sessions, whatever for. */
  PAUSES("pauses of the JVM", ""),
  /** Safepoints of a Java machine during short sessions, from asking for one to its end. */
  PAUSE_P999("pause of the JVM, p99.9", "µs"),
  /** The longest of them. */
  PAUSE_MAX("pause of the JVM, longest", "µs"),
  /** Proxy CPU of 64 bytes there and back. */
  ECHO_CPU("CPU per echo of 64 B, 64 sessions", "µs"),
  /** Echoes when it is saturated. */
  ECHO_RATE("echoes", "/s"),
  /** Of one echo. */
  ECHO_P50("echo, p50", "µs"),
  /** Of one echo. */
  ECHO_P99("echo, p99", "µs"),
  /** Of one echo. */
  ECHO_P999("echo, p99.9", "µs"),
  /** Proxy CPU over wall clock during echoes. */
  ECHO_BUSY("proxy's share of its core", "%"),
  /** Of that CPU, what a Java machine compiled for. */
  ECHO_COMPILING("part of it that compiles", "%"),
  /** Proxy CPU of a GB from one client to one server. */
  BULK_1_CPU("CPU per GB, 1 stream", "ms"),
  /** Through one stream. */
  BULK_1_RATE("throughput, 1 stream", "MB/s"),
  /** Proxy CPU of a GB over 16 streams. */
  BULK_16_CPU("CPU per GB, 16 streams", "ms"),
  /** Through 16 streams. */
  BULK_16_RATE("throughput, 16 streams", "MB/s"),
  /**
   * Live heap after a collection (see {@code Heap}), or private memory of a process without one.
   */
  IDLE_USER("live memory per idle session", "B"),
  /** Private memory of the whole process while it holds them, whatever it is for. */
  IDLE_PRIVATE("memory of the process with idle sessions", "MB"),
  /** Kernel memory of the machine: the proxy's two sockets, the client's and the server's. */
  IDLE_KERNEL("kernel memory per session, all 4 sockets", "B"),
  /** Descriptors of the proxy. */
  IDLE_FILES("descriptors per session", ""),
  /** System calls of all its threads. */
  SESSION_CALLS("system calls per short session", ""),
  /** By redis-benchmark, a connection for each request. */
  REDIS_SESSION_CPU("CPU per session, redis-benchmark -k 0", "µs"),
  /** By redis-benchmark, 64 clients. */
  REDIS_ECHO_CPU("CPU per PING, redis-benchmark -c 64", "µs"),
  /** By redis-benchmark, 64 clients. */
  REDIS_ECHO_RATE("PING, redis-benchmark -c 64", "/s"),
  /** By iperf3, 16 streams. */
  IPERF_CPU("CPU per GB, iperf3 -P 16", "ms"),
  /** By iperf3, 16 streams. */
  IPERF_RATE("throughput, iperf3 -P 16", "MB/s");

  private final String title;
  private final String unit;

  Measure(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  /** What a person calls it. */
  public String title() {
    return title;
  }

  /** Its unit; empty: a number. */
  public String unit() {
    return unit;
  }

  /** True if it is no cost and no gain, so a ratio says nothing. */
  public boolean isRemark() {
    return switch (this) {
      case SESSION_BUSY, SESSION_COMPILING, ECHO_BUSY, ECHO_COMPILING, PAUSES -> true;
      default -> false;
    };
  }
}
