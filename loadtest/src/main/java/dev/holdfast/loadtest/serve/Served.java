package dev.holdfast.loadtest.serve;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.io.Pattern;
import dev.holdfast.loadtest.io.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A session at a server; its subclass says what happens to the bytes. Counted in and out once. */
abstract class Served extends Wire {
  private final Tally[] tallies;
  private boolean out;

  Served(Lane lane, int descriptor, Tally[] tallies) {
    super(lane, descriptor);
    this.tallies = tallies;
  }

  final void begin(byte[] greeting) {
    for (Tally tally : tallies) {
      tally.in();
    }
    accepted();
    if (greeting.length > 0) {
      say(greeting);
    }
  }

  /** Counts it out, then closes; in this order the next one cannot be counted in before. */
  final void leave() {
    countOut();
    close();
  }

  private void countOut() {
    if (!out) {
      out = true;
      for (Tally tally : tallies) {
        tally.out();
      }
    }
  }

  @Override
  protected final void onConnected() {}

  @Override
  protected final void onEnd(End how) {
    if (how == End.FIN) {
      onLast();
    } else {
      leave();
    }
  }

  /** The client will send no more. */
  abstract void onLast();

  /** Sends back what comes; a client that does not read is not read from. */
  static final class Echo extends Served {
    private byte @Nullable [] rest;
    private boolean last;

    Echo(Lane lane, int descriptor, Tally[] tallies) {
      super(lane, descriptor, tallies);
    }

    @Override
    protected void onBytes(int length) {
      int sent = sendReceived(0, length);
      if (sent < length && !isClosed()) {
        rest = received(sent, length);
      }
    }

    @Override
    protected boolean mayRead() {
      return rest == null;
    }

    @Override
    protected void onWritable() {
      byte[] waiting = rest;
      if (waiting == null) {
        return;
      }
      int sent = say(waiting);
      if (isClosed()) {
        return;
      }
      rest = sent < waiting.length ? Arrays.copyOfRange(waiting, sent, waiting.length) : null;
      if (rest == null) {
        if (last) {
          leave();
        } else {
          readAgain();
        }
      }
    }

    @Override
    void onLast() {
      last = true;
      if (rest == null) {
        leave();
      }
    }
  }

  /** Takes what comes, compares it with the pattern, and says at the end how much it was. */
  static final class Sink extends Served {
    private long first;
    private long got;
    private int start = -1;
    private boolean wrong;

    Sink(Lane lane, int descriptor, Tally[] tallies) {
      super(lane, descriptor, tallies);
    }

    @Override
    protected void onBytes(int length) {
      int from = 0;
      while (got < Long.BYTES && from < length) {
        first = first << 8 | byteAt(from++) & 0xff;
        got++;
        if (got == Long.BYTES) {
          start = Pattern.find(first);
          wrong = start < 0;
        }
      }
      if (from < length) {
        wrong = wrong || !matches(from, length - from, start, got);
        got += length - from;
      }
    }

    @Override
    protected void onWritable() {}

    @Override
    void onLast() {
      String verdict = wrong ? "wrong" : "ok";
      say(("sink " + got + " " + verdict + "\n").getBytes(StandardCharsets.US_ASCII));
      leave();
    }
  }
}
