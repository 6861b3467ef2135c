package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.io.Due;
import dev.holdfast.loadtest.io.Pattern;
import dev.holdfast.loadtest.io.Wire;
import dev.holdfast.loadtest.measure.Count;
import dev.holdfast.loadtest.words.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client's session: connects, is greeted, exchanges bytes of the pattern, and ends. Its crowd
 * hears of each step.
 */
final class Chat extends Wire implements Due {
  /** Where it stands. Only its opening and its ends move it. */
  private enum State {
    CONNECTING,
    GREETED,
    FINISHING,
    OVER
  }

  /** A greeting longer than this is none. */
  private static final int MOST_GREETING = 256;

  private final Crowd crowd;
  final int place;
  private final int source;
  private final int start;
  private State state = State.CONNECTING;
  private @Nullable String heard;

  /** When its present step was due. */
  long dueNanos;

  /** Exchanges that are left, for crowds that count them. */
  int left;

  private long sent;
  private long wanted;
  private long got;

  Chat(Crowd crowd, int place, long session, int source, Target target, long dueNanos) {
    super(crowd.lane(), target.isIpv6());
    this.crowd = crowd;
    this.place = place;
    this.source = source;
    this.start = Pattern.start(session);
    this.dueNanos = dueNanos;
  }

  void connect(Target target) {
    connect(crowd.origins().address(source), target.address());
  }

  /** True while it may exchange bytes. */
  boolean isOpen() {
    return state == State.GREETED;
  }

  /** True if all that was sent has come back. */
  boolean isQuiet() {
    return got == wanted;
  }

  /** Sends so many bytes more, as soon as they are taken. */
  void exchange(long bytes) {
    wanted += bytes;
    push();
  }

  /** Forgets what it wanted to send and has not sent. */
  void wantNoMore() {
    wanted = sent;
  }

  /** Says that it will send no more; the server's end is the end. */
  void leave() {
    if (state == State.GREETED) {
      state = State.FINISHING;
      finish();
    }
  }

  private void push() {
    while (sent < wanted && !isClosed()) {
      int ask = (int) Math.min(wanted - sent, Pattern.MOST);
      int n = send(start, sent, ask);
      sent += n;
      if (n > 0) {
        crowd.meter().add(Count.BYTES_SENT, n);
      }
      if (n < ask) {
        return;
      }
    }
  }

  @Override
  public void due(long atNanos) {
    crowd.due(this, atNanos);
  }

  @Override
  protected void onConnected() {
    if (!crowd.greeting()) {
      open("");
    }
  }

  @Override
  protected void onWritable() {
    push();
  }

  private void open(String name) {
    state = State.GREETED;
    heard = null;
    if (!name.isEmpty() && !crowd.stickiness().agrees(source, name, crowd.origins())) {
      crowd.meter().add(Count.UNSTICKY);
    }
    crowd.meter().add(Count.OPENED);
    crowd.opened(this);
  }

  @Override
  protected void onBytes(int length) {
    int from = 0;
    if (state == State.CONNECTING) {
      from = greeted(length);
      if (from < 0) {
        return;
      }
    }
    int bytes = length - from;
    if (bytes == 0 || state == State.OVER) {
      return;
    }
    crowd.meter().add(Count.BYTES_RECEIVED, bytes);
    if (crowd.plan().sink()) {
      heard = heard == null ? text(length) : heard + text(length);
      if (heard.length() > MOST_GREETING) {
        wrong();
      }
      return;
    }
    if (got + bytes > sent || !matches(from, bytes, start, got)) {
      wrong();
      return;
    }
    got += bytes;
    if (got == wanted && state == State.GREETED) {
      crowd.echoed(this);
    }
  }

  /** Reads the greeting; the index behind it, or -1 if it is not whole yet or not one. */
  private int greeted(int length) {
    for (int i = 0; i < length; i++) {
      if (byteAt(i) == '\n') {
        String line = (heard == null ? "" : heard) + text(i);
        int space = line.indexOf(' ');
        open(space < 0 ? line : line.substring(0, space));
        return i + 1;
      }
    }
    heard = (heard == null ? "" : heard) + text(length);
    if (heard.length() > MOST_GREETING) {
      crowd.meter().add(Count.OPENED);
      wrong();
    }
    return -1;
  }

  private String text(int length) {
    int most = Math.min(length, MOST_GREETING + 1);
    return new String(received(0, most), StandardCharsets.ISO_8859_1);
  }

  /** True if everything that was sent has come back, or the sink says that it has it. */
  private boolean isWhole() {
    return crowd.plan().sink()
        ? ("sink " + sent + " ok\n").equals(heard) && sent == wanted
        : got == wanted;
  }

  private void wrong() {
    crowd.meter().add(Count.WRONG_BYTES);
    over(Count.ENDED);
    reset();
  }

  @Override
  protected void onEnd(End how) {
    switch (state) {
      case CONNECTING ->
          over(
              switch (how) {
                case FIN, RESET -> Count.REFUSED;
                case NO_CONNECTION -> Count.UNREACHABLE;
                case OWN_FAULT -> Count.OWN_FAULTS;
              });
      case GREETED -> over(how == End.FIN ? Count.LOST_BY_FIN : Count.LOST_BY_RESET);
      case FINISHING -> {
        if (how != End.FIN) {
          over(Count.LOST_BY_RESET);
        } else if (!isWhole()) {
          wrong();
        } else {
          over(Count.ENDED);
        }
      }
      case OVER -> {}
    }
    close();
  }

  private void over(Count as) {
    state = State.OVER;
    crowd.meter().add(as);
    crowd.over(this, as);
  }
}
