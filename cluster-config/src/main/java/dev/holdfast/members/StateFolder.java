package dev.holdfast.members;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.store.Rows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a node keeps what it must know after a restart. Locked by one process at a
 * time: the lock is taken at {@link #open} and ends with {@link #close} or with the process.
 *
 * <p>A file is one value as JSON under a line with format, length and checksum. It is replaced as a
 * whole (written beside, synced, renamed, folder synced), so a reader finds the old value or the
 * new one. A file that is torn or foreign is said in one line, renamed to {@code NAME.aside}, and
 * counts as absent; it is never half-read.
 *
 * <p>Thread-safe. All methods block on the disk: never on an event loop or the watch thread.
 */
public final class StateFolder implements AutoCloseable {
  /**
   * What a file holds.
   *
   * @param name of the file: lower-case letters and hyphens
   * @param format number written with the value; also read: all before it and the one after
   * @param type class of the value, a record that Jackson can write and read
   * @param <T> the value
   */
  public record Kind<T>(String name, int format, Class<T> type) {
    /**
     * Checks name and format.
     *
     * @throws IllegalArgumentException if the name could be another file, or the format is below 1
     */
    public Kind {
      if (!name.matches("[a-z][a-z-]{0,62}") || name.equals(LOCK) || format < 1) {
        throw new IllegalArgumentException("state file: " + name + " format " + format);
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
  private static final String MAGIC = "holdfast-state";
  private static final String LOCK = "lock";
  private static final long LARGEST = 64L << 20;

  private final Path folder;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final String lockKey;

  private StateFolder(Path folder, FileChannel lockChannel, FileLock lock, String lockKey) {
    this.folder = folder;
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.lockKey = lockKey;
  }

  /**
   * Opens the folder, made if it is not there, and locks it.
   *
   * @throws StartFault if this process may not write there or another process uses it
   */
  public static StateFolder open(Path path) throws StartFault {
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      Path file = path.resolve(LOCK);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lockOf(channel);
      if (lock == null) {
        channel.close();
        throw new StartFault(
            "state-dir: " + path + " (expected: a folder that no other process uses)");
      }
      Path probe = path.resolve("probe.tmp");
      Files.write(probe, new byte[1]);
      Files.delete(probe);
      return new StateFolder(path, channel, lock, keyOf(file));
    } catch (IOException | SecurityException e) {
      LOG.debug("The state folder cannot be used path={}", path, e);
      closeQuietly(channel);
      throw new StartFault(
          "state-dir: " + path + " (expected: a folder that this process may write)");
    }
  }

  private static FileLock lockOf(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private static String keyOf(Path file) throws IOException {
    Object key =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    return String.valueOf(key);
  }

  /** Where the folder is. */
  public Path path() {
    return folder;
  }

  /**
   * What tells the locked file from every copy of it on this machine (device and inode). A folder
   * that was copied has another key than the one written in it.
   */
  String lockKey() {
    return lockKey;
  }

  /** The value of a file; empty if there is none or if it had to be set aside. */
  public synchronized <T> Optional<T> read(Kind<T> kind) {
    Path file = folder.resolve(kind.name());
    String fault;
    try {
      if (Files.size(file) > LARGEST) {
        fault = "longer than " + LARGEST + " bytes";
      } else {
        return Optional.of(decode(kind, Files.readAllBytes(file)));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      fault = e instanceof JsonProcessingException ? "not of this kind" : e.getMessage();
    }
    setAside(file, fault);
    return Optional.empty();
  }

  private static <T> T decode(Kind<T> kind, byte[] bytes) throws IOException {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String[] head = new String(bytes, 0, end, StandardCharsets.UTF_8).split(" ", -1);
    int from = end + 1;
    if (head.length != 5 || !head[0].equals(MAGIC) || !head[1].equals(kind.name())) {
      throw new IOException("foreign");
    }
    int length = bytes.length - from;
    if (length < 0 || !head[3].equals("length=" + length)) {
      throw new IOException("torn");
    }
    if (!head[4].equals("crc32c=" + checksum(bytes, from))) {
      throw new IOException("damaged");
    }
    int format = Integer.parseInt(head[2]);
    if (format < 1 || format > kind.format() + 1) {
      throw new IOException("of format " + format + ", known is " + kind.format());
    }
    T value =
        Rows.json().readValue(new String(bytes, from, length, StandardCharsets.UTF_8), kind.type());
    if (value == null) {
      throw new IOException("empty");
    }
    return value;
  }

  private void setAside(Path file, String fault) {
    Path aside = file.resolveSibling(file.getFileName() + ".aside");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      LOG.warn("A state file cannot be read and was set aside file={} fault={}", file, fault);
    } catch (IOException e) {
      LOG.warn("A state file cannot be read nor set aside file={} fault={}", file, fault);
    }
  }

  /**
   * Replaces a file. When it returns, the value survives a crash of the machine.
   *
   * @throws IOException if the disk refuses; the old value is still there
   */
  public synchronized <T> void write(Kind<T> kind, T value) throws IOException {
    byte[] body = Rows.json().writeValueAsBytes(value);
    String head =
        String.format(
            "%s %s %d length=%d crc32c=%s\n",
            MAGIC, kind.name(), kind.format(), body.length, checksum(body, 0));
    Path file = folder.resolve(kind.name());
    Path beside = folder.resolve(kind.name() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, head.getBytes(StandardCharsets.UTF_8));
      writeFully(channel, body);
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static String checksum(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return Long.toHexString(crc.getValue());
  }

  /** Ends the lock. */
  @Override
  public void close() {
    try {
      lock.release();
    } catch (IOException e) {
      LOG.debug("The lock of the state folder was gone path={}", folder, e);
    }
    closeQuietly(lockChannel);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("A state file did not close", e);
    }
  }
}
