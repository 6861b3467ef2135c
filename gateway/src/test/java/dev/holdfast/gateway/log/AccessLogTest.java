package dev.holdfast.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.NodeSettings;
import dev.holdfast.gateway.header.Told;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        null,
        null,
        Told.NOTHING);
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

  @Test
  void writesTimesAndAddresses() {
    AccessLines lines = new AccessLines(false, "gw-1");
    assertThat(lines.of(List.of(entry(1))))
        .startsWith("127.0.0.1:1 [1970-01-01T00:00:00.000Z] chat chat/- -1/-1/1 0/0 PQ id=id-1 ");
    AccessEntry late =
        new AccessEntry(
            "alive",
            "id",
            1_792_600_000_042L,
            new ListenerName("chat"),
            new PoolName("chat"),
            null,
            new InetSocketAddress("2001:db8::1", 7),
            Source.parse("2001:db8::"),
            new InetSocketAddress("192.0.2.255", 8),
            new InetSocketAddress("10.0.0.1", 9),
            0,
            1,
            2,
            3,
            4,
            null,
            null,
            new InetSocketAddress("10.0.0.9", 10),
            new Told("ID-1", "a.example", null, "TLSv1.3", null));
    assertThat(lines.of(List.of(entry(1), late)))
        .endsWith(
            "\n"
                + "[2001:db8::1]:7 [2026-10-21T16:26:40.042Z] chat chat/- 0/1/2 3/4 .. id=id"
                + " source=2001:db8:: local=192.0.2.255:8 target=10.0.0.1:9 proxy=10.0.0.9:10"
                + " unique-id=ID-1 authority=a.example tls=TLSv1.3 event=alive\n");
    assertThat(new AccessLines(true, "gw-1").of(List.of(late)))
        .endsWith(
            ",\"reason\":null,\"proxy\":\"10.0.0.9:10\",\"uniqueId\":\"ID-1\","
                + "\"authority\":\"a.example\",\"alpn\":null,\"tls\":\"TLSv1.3\","
                + "\"commonName\":null}\n");
  }

  private static void awaitLine(Path file) throws IOException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!Files.exists(file) || Files.size(file) == 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }

  private AccessLog rotating(Path file, Long bytes, Duration age, int keep, long[] wallMs)
      throws IOException {
    return AccessLog.open(
        new NodeSettings.AccessLog(
            file.toString(), false, null, new NodeSettings.Rotation(bytes, age, keep)),
        "gw-1",
        () -> wallMs[0]);
  }

  private static void awaitText(Path file, String text) throws IOException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!Files.exists(file) || !Files.readString(file).contains(text)) {
      assertThat(System.nanoTime()).as(file + " has " + text).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void putsALargeFileAsideAndKeepsTheNewest() throws Exception {
    Path file = folder.resolve("access.log");
    try (AccessLog log = rotating(file, 100L, null, 2, new long[1])) {
      for (int i = 1; i <= 5; i++) { // each line has more than half of it
        log.add(entry(i));
        awaitText(file, "id-" + i);
      }
    }
    assertThat(Files.readString(folder.resolve("access.log.1"))).contains("id-4");
    assertThat(Files.readString(folder.resolve("access.log.2"))).contains("id-3");
    assertThat(folder.resolve("access.log.3")).doesNotExist();
  }

  @Test
  void keepsNoneWhereItIsToldTo() throws Exception {
    Path file = folder.resolve("access.log");
    try (AccessLog log = rotating(file, 100L, null, 0, new long[1])) {
      log.add(entry(1));
      awaitText(file, "id-1");
      log.add(entry(2));
      awaitText(file, "id-2");
    }
    assertThat(Files.readString(file)).doesNotContain("id-1");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void putsAnOldFileAsideAlsoWhileNobodyWrites() throws Exception {
    Path file = folder.resolve("access.log");
    long[] wallMs = {1_000_000};
    try (AccessLog log = rotating(file, null, Duration.ofHours(1), 3, wallMs)) {
      log.add(entry(1));
      awaitText(file, "id-1");
      wallMs[0] += 3_600_000;
      awaitText(folder.resolve("access.log.1"), "id-1");
      log.add(entry(2));
      awaitText(file, "id-2");
    }
    assertThat(Files.readString(file)).doesNotContain("id-1");
  }

  @Test
  void countsWhatCannotBeWrittenAndGoesOnWhenItCan() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "needs /dev/full");
    Path link = folder.resolve("access.log");
    Files.createSymbolicLink(link, full);
    try (AccessLog log = to(link)) {
      log.add(entry(1));
      long end = System.nanoTime() + 10_000_000_000L;
      while (log.dropped() == 0) {
        assertThat(System.nanoTime()).isLessThan(end);
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
      Files.delete(link);
      log.reopen();
      int number = 2;
      while (!Files.exists(link) || Files.size(link) == 0) {
        assertThat(System.nanoTime()).isLessThan(end);
        log.add(entry(number++));
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
      assertThat(log.dropped()).isPositive();
    }
  }
}
