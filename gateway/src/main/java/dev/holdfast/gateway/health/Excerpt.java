package dev.holdfast.gateway.health;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What a server said, as far as a line of a log can carry it. */
final class Excerpt {
  private static final int MOST = 80;

  private Excerpt() {}

  /** The text on one line, cut. */
  static String of(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MOST ? line : line.substring(0, MOST - 3) + "...";
  }

  /** The first bytes as text, in quotes. */
  static String of(ByteBuf bytes) {
    int length = Math.min(bytes.readableBytes(), MOST);
    String text = bytes.toString(bytes.readerIndex(), length, StandardCharsets.ISO_8859_1);
    return '"' + of(text.replaceAll("[^\\x20-\\x7e\\r\\n]", "?")) + '"';
  }
}
