package dev.holdfast.members;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a node keeps what it must know after a restart. Locked by one process at a
 * time: the lock is taken at {@link #open} and ends with {@link #close} or with the process.
 *
 * <p>A file is one value ({@code StateFile} has the form). It is replaced as a whole (written
 * beside, synced, renamed, folder synced), so a reader finds the old value or the new one. A file
 * that is torn, damaged, foreign or of a format this version does not know is said in one line,
 * renamed to {@code .bad-NAME-N} (the last three are kept), and counts as absent; it is never
 * half-read and never ends the start. What the node does without it is part of that line, and each
 * {@link Kind} says it.
 *
 * <p>Thread-safe. All methods block on the disk: never on an event loop or the watch thread.
 */
public final class StateFolder implements AutoCloseable {
  /**
   * What a file holds.
   *
   * @param name of the file: letters, digits, dots, hyphens and underscores, first a lower-case
   *     letter
   * @param format number written with the value; also read: all before it and the one after
   * @param type class of the value, a record that Jackson can write and read
   * @param without what a node does that has no such file, for the line that says that one was set
   *     aside
   * @param <T> the value
   */
  public record Kind<T>(String name, int format, Class<T> type, String without) {
    /**
     * Checks name and format.
     *
     * @throws IllegalArgumentException if the name could be another file, or the format is below 1
     */
    public Kind {
      if (!name.matches("[a-z][A-Za-z0-9._-]{0,95}") || name.equals(LOCK) || format < 1) {
        throw new IllegalArgumentException("state file: " + name + " format " + format);
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
  private static final String LOCK = "lock";
  private static final int BAD_KEPT = 3;

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
      Path probe = path.resolve(".probe");
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
    try {
      if (Files.size(file) > StateFile.LARGEST) {
        throw new StateFile.Unreadable("longer than " + StateFile.LARGEST + " bytes");
      }
      return Optional.of(StateFile.decode(kind, Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      String fault = e instanceof StateFile.Unreadable ? e.getMessage() : e.toString();
      setAside(kind, file, String.valueOf(fault).lines().findFirst().orElse(""));
      return Optional.empty();
    }
  }

  private void setAside(Kind<?> kind, Path file, String fault) {
    String moved;
    try {
      Path aside = free(kind);
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      moved = aside.getFileName().toString();
    } catch (IOException e) {
      LOG.debug("A state file cannot be set aside file={}", file, e);
      moved = "-";
    }
    LOG.error(
        "A state file cannot be read; {} file={} fault={} aside={}",
        kind.without(),
        file,
        fault,
        moved);
  }

  /** The next name for a file that is set aside; of those before it the last few stay. */
  private Path free(Kind<?> kind) throws IOException {
    String prefix = ".bad-" + kind.name() + "-";
    TreeMap<Integer, Path> before = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
      for (Path file : files) {
        String number = file.getFileName().toString().substring(prefix.length());
        if (number.matches("[1-9]\\d{0,8}")) {
          before.put(Integer.parseInt(number), file);
        }
      }
    }
    while (before.size() >= BAD_KEPT) {
      Files.delete(before.pollFirstEntry().getValue());
    }
    return folder.resolve(prefix + (before.isEmpty() ? 1 : before.lastKey() + 1));
  }

  /**
   * Replaces a file. When it returns, the value survives a crash of the machine.
   *
   * @throws IOException if the disk refuses; the old value is still there
   */
  public synchronized <T> void write(Kind<T> kind, T value) throws IOException {
    byte[] bytes = StateFile.encode(kind, value);
    Path file = folder.resolve(kind.name());
    Path beside = folder.resolve("." + kind.name() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, bytes);
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(beside); // a full disk must not stay full because of it
      throw e;
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
