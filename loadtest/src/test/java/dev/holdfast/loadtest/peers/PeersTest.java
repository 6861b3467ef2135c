package dev.holdfast.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {
  private static Setup setup(boolean log) {
    return new Setup(
        Path.of("/tmp"), List.of(new Front("chat", 7000, List.of(9001, 9002))), 500, log, 0);
  }

  private static String holdfast(boolean log, List<Integer> members) {
    Setup setup = setup(log);
    return Holdfast.config(setup, 1, members, 8081, setup.fronts());
  }

  @Test
  void allGetTheSameFrontsServersAndLimits() {
    assertThat(Haproxy.config(setup(true)))
        .contains("nbthread 1", "bind 127.0.0.1:7000", "balance source", "option tcplog")
        .contains("server chat-2 127.0.0.1:9002 maxconn 500");
    assertThat(Haproxy.config(setup(false))).doesNotContain("log");
    assertThat(Nginx.config(setup(true)))
        .contains("worker_processes 1;", "listen 127.0.0.1:7000", "hash $remote_addr consistent")
        .contains("server 127.0.0.1:9002 max_conns=500;", "access_log nginx.log tcp;")
        .contains("limit_conn all 500;", "proxy_half_close on;");
    assertThat(Nginx.config(setup(false))).contains("access_log off;");
    assertThat(holdfast(true, List.of(5701)))
        .isEqualTo(
            """
            node:
              name: gw-1
              state-dir: state-1
              member: 127.0.0.1:5701
              admin: { bind: "127.0.0.1:8081" }
              access-log: { to: holdfast-1.log }
              max-sessions: 600
              listeners: { chat: "127.0.0.1:7000" }
            cluster:
              name: compare-%d
            listeners:
              - name: chat
                bind: 127.0.0.1:7000
                pool: chat
                limits: { sessions: 500 }
            pools:
              - name: chat
                servers:
                  - { name: chat-1, host: 127.0.0.1, ports: [9001], limits: { sessions: 500 } }
                  - { name: chat-2, host: 127.0.0.1, ports: [9002], limits: { sessions: 500 } }
            """
                .formatted(ProcessHandle.current().pid()));
    assertThat(holdfast(false, List.of(5701, 5702)))
        .contains("access-log: { to: none }", "join: [127.0.0.1:5701, 127.0.0.1:5702]");
  }

  @Test
  void readsTheTableOfStrace() {
    assertThat(
            Calls.parse(
                List.of(
                    "% time     seconds  usecs/call     calls    errors syscall",
                    "------ ----------- ----------- --------- --------- ----------------",
                    " 21.05    0.000004           1         3           epoll_ctl",
                    " 10.53    0.000002           0        12        10 accept4",
                    "------ ----------- ----------- --------- --------- ----------------",
                    "100.00    0.000019           1        15        10 total")))
        .containsOnly(Map.entry("epoll_ctl", 3L), Map.entry("accept4", 12L));
  }

  @Test
  void readsPausesOfOldAndNewJava(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(Pauses.FILE);
    assertThat(Pauses.since(file, 0).getTotalCount()).isZero();
    String before = "[1.0s][info][safepoint] Safepoint \"x\", Total: 7 ns\n";
    Files.writeString(
        file,
        before
            + "[0.1s][info][safepoint] Safepoint \"G1CollectForAllocation\", Time since last: 9 ns,"
            + " Reaching safepoint: 1 ns, Cleanup: 1 ns, At safepoint: 1 ns, Total: 2000000 ns\n"
            + "[0.2s][info][safepoint] Safepoint \"ZMarkStart\", Time since last: 9 ns, Reaching"
            + " safepoint: 1 ns, At safepoint: 1 ns, Leaving safepoint: 1 ns, Total: 30000 ns,"
            + " Threads: 1 runnable, 21 total\n");
    assertThat(Pauses.since(file, before.length()).getTotalCount()).isEqualTo(2);
    assertThat(Pauses.since(file, before.length()).getMaxValue()).isBetween(1_990_000L, 2_010_000L);
  }

  @Test
  void readsWhatAProcessCosts() throws IOException, InterruptedException {
    ProcessHandle self = ProcessHandle.current();
    assertThat(Kernel.cpuSeconds(self)).isPositive();
    assertThat(Kernel.privateBytes(self)).isGreaterThan(1 << 20);
    assertThat(Kernel.socketBytes()).isPositive();
    assertThat(Kernel.files(self)).isGreaterThan(3);
  }

  @Test
  void readsWhatWasTakenBesideTheHeap() {
    assertThat(
            Heap.direct(
                "-                     Other (reserved=7168, committed=6144)\n"
                    + "                            (malloc=6144 #12)\n"))
        .isEqualTo(6144);
    assertThat(Heap.direct("Native memory tracking is not enabled")).isZero();
  }

  @Test
  void readsItsOwnHeap() throws Exception {
    assertThat(Heap.liveBytes(ProcessHandle.current()).orElse(0)).isGreaterThan(1 << 20);
  }

  @Test
  void doesNotSignalAProcessThatIsNoJavaMachine() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      assertThat(Heap.liveBytes(other.toHandle())).isEmpty();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroy();
    }
  }
}
