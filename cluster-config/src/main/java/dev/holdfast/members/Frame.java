package dev.holdfast.members;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.store.Rows;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What travels on a watch connection: length (4 bytes, kind included), kind (1 byte), body. The
 * bodies of a greeting and of a refusal begin with {@code HFWT} and the protocol number in every
 * version, so that two versions can tell each other that they do not fit.
 *
 * @param kind one of the constants
 * @param body at most {@link #LARGEST} bytes with the kind
 */
record Frame(byte kind, byte[] body) {
  /** The protocol this program speaks. */
  static final int PROTOCOL = 1;

  /** Bytes of a frame at most. */
  static final int LARGEST = 512 * 1024;

  /** First words of whoever connects. */
  static final byte HELLO = 1;

  /** First words of whoever was connected to. */
  static final byte WELCOME = 2;

  /** Says why the other is not wanted. */
  static final byte REFUSED = 3;

  /** Says that the sender lives. */
  static final byte PULSE = 4;

  private static final byte[] MAGIC = "HFWT".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_PEERS = Roster.LARGEST;

  /** Why a greeting was not answered with a welcome. */
  enum Reason {
    /** Another cluster. */
    CLUSTER,
    /** The name belongs to a process that lives. */
    NAME,
    /** The protocol is not known. */
    PROTOCOL,
    /** The incarnation is below one that the name had already. */
    STALE,
    /** The process that had the name is silent, but not proven gone: try again. */
    UNPROVEN
  }

  /**
   * Who greets.
   *
   * @param cluster name of the cluster
   * @param identity the process
   * @param watch where it can be watched
   * @param local its end of this connection as it sees it
   * @param remote the other end as it sees it
   * @param pulse what it knows
   */
  record Greeting(
      String cluster,
      Identity identity,
      HostPort watch,
      HostPort local,
      HostPort remote,
      Pulse pulse) {
    Greeting {
      Objects.requireNonNull(cluster);
      Objects.requireNonNull(identity);
      Objects.requireNonNull(watch);
      Objects.requireNonNull(local);
      Objects.requireNonNull(remote);
      Objects.requireNonNull(pulse);
    }
  }

  /**
   * A sign of life, and what the sender knows.
   *
   * @param sequence +1 at each pulse of the process
   * @param accepted a majority stored the sender
   * @param goodbye the sender holds no session any more and ends now
   * @param heard whom it watches
   * @param asks processes that an operator declared gone there
   * @param endorses processes asked for elsewhere that it does not hear either
   * @param roster its roster as it is on its disk; null if the receiver has it already
   */
  record Pulse(
      long sequence,
      boolean accepted,
      boolean goodbye,
      List<Heard> heard,
      List<NodeId> asks,
      List<NodeId> endorses,
      @Nullable Roster roster) {
    Pulse {
      if (Math.max(heard.size(), Math.max(asks.size(), endorses.size())) > MOST_PEERS) {
        throw new IllegalArgumentException("pulse: (expected: at most " + MOST_PEERS + " peers)");
      }
    }
  }

  /**
   * Whom a node watches. One text on the wire: each of n nodes reads 2 n of them from each other in
   * a second.
   *
   * @param id the process
   * @param ageMs time since it was heard last
   * @param open the connection to it stands
   */
  record Heard(NodeId id, long ageMs, boolean open) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Heard of(String text) {
      int hash = text.indexOf('#');
      int space = text.indexOf(' ', hash);
      if (hash < 0 || space < 0) {
        throw new IllegalArgumentException("heard: " + text + " (expected: name#incarnation age)");
      }
      boolean open = text.endsWith("+");
      int end = open ? text.length() - 1 : text.length();
      return new Heard(
          new NodeId(
              new NodeName(text.substring(0, hash)), Long.parseLong(text, hash + 1, space, 10)),
          Long.parseLong(text, space + 1, end, 10),
          open);
    }

    @JsonValue
    String text() {
      return id + " " + ageMs + (open ? "+" : "");
    }
  }

  /**
   * A refusal as it arrived.
   *
   * @param reason why, null if this version does not know the reason
   * @param incarnation the one that the name has, or 0
   * @param line the one line to print
   */
  record Refused(@Nullable Reason reason, long incarnation, String line) {}

  static Frame greeting(byte kind, Greeting greeting) {
    return new Frame(kind, opened(Rows.bytes(greeting)));
  }

  static Frame refusal(Reason reason, long incarnation, String line) {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(9 + text.length)
            .put((byte) reason.ordinal())
            .putLong(incarnation)
            .put(text)
            .array();
    return new Frame(REFUSED, opened(body));
  }

  static Frame pulse(Pulse pulse) {
    return new Frame(PULSE, Rows.bytes(pulse));
  }

  /** The protocol number of a greeting or refusal; -1 if the bytes are foreign. */
  int protocol() {
    if (body.length < 6 || !Arrays.equals(body, 0, 4, MAGIC, 0, 4)) {
      return -1;
    }
    return ByteBuffer.wrap(body).getShort(4) & 0xffff;
  }

  /** Reads a greeting of this protocol; throws a RuntimeException if the bytes are none. */
  Greeting asGreeting() {
    return Rows.value(Arrays.copyOfRange(body, 6, body.length), Greeting.class);
  }

  /** Reads a refusal of any protocol; throws a RuntimeException if the bytes are none. */
  Refused asRefusal() {
    ByteBuffer buffer = ByteBuffer.wrap(body).position(6);
    int ordinal = buffer.get();
    long incarnation = buffer.getLong();
    byte[] text = new byte[Math.min(buffer.remaining(), 1000)];
    buffer.get(text);
    Reason reason =
        ordinal >= 0 && ordinal < Reason.values().length ? Reason.values()[ordinal] : null;
    String line = new String(text, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
    return new Refused(reason, incarnation, line);
  }

  /** Reads a pulse; throws a RuntimeException if the bytes are none. */
  Pulse asPulse() {
    return Rows.value(body, Pulse.class);
  }

  private static byte[] opened(byte[] rest) {
    return ByteBuffer.allocate(6 + rest.length)
        .put(MAGIC)
        .putShort((short) PROTOCOL)
        .put(rest)
        .array();
  }
}
