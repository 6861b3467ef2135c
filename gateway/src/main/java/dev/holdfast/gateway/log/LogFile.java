package dev.holdfast.gateway.log;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.config.NodeSettings.Rotation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where lines go: standard output, or a file that is put aside when it is large or old enough.
 * Confined to one thread.
 */
final class LogFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

  private final @Nullable Path path;
  private final Rotation rotation;
  private final LongSupplier wallMs;
  private OutputStream out;
  private long bytes;
  private long begunMs;

  private LogFile(@Nullable Path path, Rotation rotation, LongSupplier wallMs) throws IOException {
    this.path = path;
    this.rotation = rotation;
    this.wallMs = wallMs;
    this.out = open();
  }

  /**
   * Opens it; a file that is there is gone on with.
   *
   * @param wallMs wall clock, milliseconds since 1970
   * @throws IOException if the file cannot be opened for appending
   */
  static LogFile open(NodeSettings.AccessLog settings, LongSupplier wallMs) throws IOException {
    Path path = settings.to().equals("stdout") ? null : Path.of(settings.to());
    return new LogFile(path, settings.rotate(), wallMs);
  }

  private OutputStream open() throws IOException {
    begunMs = wallMs.getAsLong();
    bytes = 0;
    if (path == null) {
      return new FileOutputStream(FileDescriptor.out);
    }
    OutputStream opened =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    BasicFileAttributes there = Files.readAttributes(path, BasicFileAttributes.class);
    if (there.isRegularFile() && there.size() > 0) {
      bytes = there.size();
      begunMs = there.creationTime().toMillis();
    }
    return opened;
  }

  /** Writes whole lines. */
  void write(byte[] lines) throws IOException {
    if (bytes > 0 && rotation.bytes() != null && bytes + lines.length > rotation.bytes()) {
      rotate();
    }
    out.write(lines);
    bytes += lines.length;
  }

  /** Puts the file aside if its time has come. Often. */
  void look() throws IOException {
    if (bytes > 0
        && rotation.age() != null
        && wallMs.getAsLong() - begunMs >= rotation.age().toMillis()) {
      rotate();
    }
  }

  /** Opens the file anew, as after somebody else put it aside, or after writing failed. */
  void reopen() throws IOException {
    if (path != null) {
      out.close();
      out = open();
    }
  }

  private void rotate() throws IOException {
    if (path == null) {
      return;
    }
    out.close();
    try {
      putAside(path);
    } catch (IOException e) { // better a file that is too large than none
      LOG.warn("The access log could not be put aside file={} cause={}", path, e.toString());
    }
    out = open();
    if (bytes > 0) { // it is still there: tried again when it has grown as much or is as old again
      bytes = 1;
      begunMs = wallMs.getAsLong();
    }
  }

  private void putAside(Path file) throws IOException {
    if (rotation.keep() == 0) {
      Files.delete(file);
      return;
    }
    for (int number = rotation.keep() - 1; number > 0; number--) {
      if (Files.exists(numbered(file, number))) {
        move(numbered(file, number), numbered(file, number + 1));
      }
    }
    move(file, numbered(file, 1));
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  /** Closes a file; standard output stays open. */
  @Override
  public void close() throws IOException {
    if (path != null) {
      out.close();
    }
  }
}
