package dev.holdfast.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AccessLogTest {
  @TempDir Path folder;

  private static AccessEntry entry(int number) {
    return new AccessEntry(
        "end",
        "id-" + number,
        0,
        new ListenerName("chat"),
        new PoolName("chat"),
        null,
        new InetSocketAddress("127.0.0.1", 1),
        Source.parse("127.0.0.1"),
        null,
        null,
        -1,
        -1,
        1,
        0,
        0,
        "PQ",
        null);
  }

  private static AccessLog to(Path file) throws IOException {
    return AccessLog.open(new NodeSettings.AccessLog(file.toString(), true, null), "gw-1");
  }

  @Test
  void dropsAndCountsWhatItsWriterCannotKeepUpWith() throws Exception {
    Path pipe = folder.resolve("pipe");
    Assumptions.assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "needs mkfifo");
    CompletableFuture<BufferedReader> opened = new CompletableFuture<>();
    Thread opener =
        new Thread(
            () -> {
              try {
                opened.complete(Files.newBufferedReader(pipe)); // waits for the writer
              } catch (IOException e) {
                opened.completeExceptionally(e);
              }
            },
            "reader");
    opener.setDaemon(true);
    opener.start();
    try (AccessLog log = to(pipe);
        BufferedReader reader = opened.get(10, TimeUnit.SECONDS)) {
      int added = 0;
      while (log.dropped() < 100) { // nobody reads: the pipe is full, then the queue
        log.add(entry(added++));
      }
      long dropped = log.dropped();
      for (long left = added - dropped; left > 0; left--) {
        assertThat(reader.readLine()).endsWith("\"reason\":null}");
      }
      log.add(entry(added)); // it goes on
      assertThat(reader.readLine()).contains("\"id-" + added + '"');
      assertThat(log.dropped()).isEqualTo(dropped);
    }
  }

  @Test
  void opensItsFileAnewWhenItIsTold() throws Exception {
    Path file = folder.resolve("access.log");
    Path old = folder.resolve("access.log.1");
    try (AccessLog log = to(file)) {
      log.add(entry(1));
      awaitLine(file);
      Files.move(file, old);
      log.reopen();
      log.add(entry(2));
      awaitLine(file);
    }
    assertThat(Files.readString(old)).contains("id-1").doesNotContain("id-2");
    assertThat(Files.readString(file)).contains("id-2");
  }

  private static void awaitLine(Path file) throws IOException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!Files.exists(file) || Files.size(file) == 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }
}
