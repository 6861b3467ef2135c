package dev.holdfast.gateway.cli;

import java.io.IOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/**
 * A terminal that shows frames in its second screen and gives the first one back at the end. A
 * frame is written in one piece over the one before, line by line, so that nothing flickers.
 */
final class TopScreen implements AutoCloseable {
  private static final String BEGIN = "\033[?1049h\033[?25l\033[?7l";
  private static final String END = "\033[?7h\033[?25h\033[?1049l";

  private final Terminal terminal;
  private final Attributes before;
  private volatile boolean quit;

  /**
   * Takes the terminal.
   *
   * @throws IOException if this process has none
   */
  TopScreen() throws IOException {
    terminal = TerminalBuilder.builder().system(true).dumb(false).build();
    before = terminal.enterRawMode();
    terminal.handle(Terminal.Signal.INT, signal -> quit = true);
    terminal.writer().print(BEGIN);
    terminal.flush();
  }

  int width() {
    return Math.max(20, terminal.getWidth());
  }

  int height() {
    return Math.max(5, terminal.getHeight());
  }

  /** Shows a frame. */
  void show(List<String> lines) {
    StringBuilder frame = new StringBuilder("\033[?2026h\033[H");
    for (int i = 0; i < lines.size(); i++) {
      frame.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append("\033[K");
    }
    frame.append("\033[J\033[?2026l");
    terminal.writer().print(frame);
    terminal.flush();
  }

  /** Waits a while for a key; true if the person wants to leave. */
  boolean left(long waitMs) throws IOException {
    int key = terminal.reader().read(waitMs);
    return quit || key == 'q' || key == 'Q' || key == 3 || key == NonBlockingReader.EOF;
  }

  @Override
  public void close() throws IOException {
    terminal.writer().print(END);
    terminal.flush();
    terminal.setAttributes(before);
    terminal.close();
  }
}
