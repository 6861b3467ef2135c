package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every relay does to bytes and to the way of closing, in both directions where it applies. No
 * proxy at all is the reference: it passes every case too.
 */
@ExtendWith(Leaks.class)
@Timeout(30)
abstract class RelayContract {
  private static final int MIB = 1 << 20;

  private final String host;
  private long socketsBefore;
  private ServerSocket listening;
  private InetSocketAddress front;
  private End client;
  private End server;

  RelayContract(String host) {
    this.host = host;
  }

  /** Puts the relay before a server and returns where clients connect. */
  abstract InetSocketAddress before(InetSocketAddress server) throws Exception;

  /** Bytes that the relay holds now. */
  long pendingBytes() {
    return 0;
  }

  /** Waits until nothing is left of any session, then takes the relay away. */
  abstract void settle() throws Exception;

  @BeforeEach
  void connect() throws Exception {
    try (ServerSocket first = new ServerSocket(0)) {
      End.connect((InetSocketAddress) first.getLocalSocketAddress()).reset(); // what the JDK keeps
    }
    socketsBefore = Wait.openSockets();
    listening = new ServerSocket(0, 50, InetAddress.getByName(host));
    listening.setSoTimeout(10_000);
    front = before(new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort()));
    client = End.connect(front);
    server = new End(listening.accept());
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    client.close();
    server.close();
    listening.close();
    settle();
    Wait.until("descriptors", () -> Wait.openSockets() <= socketsBefore);
  }

  private static void join(CompletableFuture<?>... all) throws Exception {
    CompletableFuture.allOf(all).get(20, TimeUnit.SECONDS);
  }

  /** Both sides are connected to each other: a reset before that is another case. */
  private void greet() throws IOException {
    client.send(1, 0);
    server.expect(1, 0).send(1, 0);
    client.expect(1, 0);
  }

  private void closesInOrder(End first, End second) throws IOException {
    first.fin();
    assertThat(second.next()).isEqualTo("FIN");
    second.fin();
    assertThat(first.next()).isEqualTo("FIN");
  }

  @Test
  void serverMaySpeakFirst() throws Exception { // 1
    server.send(100, 1);
    client.expect(100, 1);
    closesInOrder(server, client);
  }

  @Test
  void carriesBulkBothWaysAtOnce() throws Exception { // 2
    join(
        client.sendLater(64 * MIB, 1),
        server.sendLater(64 * MIB, 2),
        client.expectLater(64 * MIB, 2),
        server.expectLater(64 * MIB, 1));
    closesInOrder(client, server);
  }

  @Test
  void clientEndsFirstAndGetsTheWholeAnswer() throws Exception { // 3
    halfClose(client, server);
  }

  @Test
  void serverEndsFirstAndGetsTheWholeAnswer() throws Exception { // 4
    halfClose(server, client);
  }

  private void halfClose(End first, End second) throws Exception {
    first.send(10, 1).fin();
    second.expect(10, 1);
    assertThat(second.next()).isEqualTo("FIN");
    join(second.sendLater(8 * MIB, 2), first.expectLater(8 * MIB, 2));
    second.fin();
    assertThat(first.next()).isEqualTo("FIN");
  }

  @Test
  void bytesAndFinInOneWakeUp() throws Exception { // 5
    for (End[] ends : new End[][] {{client, server}, {server, client}}) {
      ends[0].send(5000, 3).fin();
      ends[1].expect(5000, 3);
      assertThat(ends[1].next()).isEqualTo("FIN");
    }
  }

  @Test
  void clientEndsWithoutAByte() throws Exception { // 6
    closesInOrder(client, server);
  }

  @Test
  void serverEndsWithoutAByte() throws Exception { // 6
    closesInOrder(server, client);
  }

  @Test
  void finWaitsBehindBytesTowardsTheServer() throws Exception { // 7
    finBehindBytes(client, server);
  }

  @Test
  void finWaitsBehindBytesTowardsTheClient() throws Exception { // 7
    finBehindBytes(server, client);
  }

  private void finBehindBytes(End from, End to) throws Exception {
    CompletableFuture<Void> sent = from.sendAndFinLater(16 * MIB, 4);
    Wait.until("the sender stands still or is through", from::standsStill);
    to.expect(16 * MIB, 4);
    assertThat(to.next()).isEqualTo("FIN");
    join(sent);
    to.fin();
    assertThat(from.next()).isEqualTo("FIN");
  }

  @Test
  void bothEndInTheSameInstant() throws Exception { // 8
    client.send(10, 1).fin();
    server.send(10, 2).fin();
    client.expect(10, 2);
    server.expect(10, 1);
    assertThat(client.next()).isEqualTo("FIN");
    assertThat(server.next()).isEqualTo("FIN");
  }

  @Test
  void clientsResetReachesTheServer() throws Exception { // 9
    greet();
    client.reset();
    assertThat(server.next()).isEqualTo("RESET");
  }

  @Test
  void serversResetReachesTheClient() throws Exception { // 9
    greet();
    server.reset();
    assertThat(client.next()).isEqualTo("RESET");
  }

  @Test
  void bytesBeforeTheServersResetArrive() throws Exception { // 10
    greet();
    server.send(30_000, 5).reset();
    client.expect(30_000, 5);
    assertThat(client.next()).isEqualTo("RESET");
  }

  @Test
  void bytesBeforeTheClientsResetArrive() throws Exception { // 10
    greet();
    client.send(30_000, 5).reset();
    server.expect(30_000, 5);
    assertThat(server.next()).isEqualTo("RESET");
  }

  @Test
  void resetWhileTheOtherSideDoesNotRead() throws Exception { // 11
    CompletableFuture<Void> sent = client.sendLater(64 * MIB, 6);
    Wait.until("the sender stands still", client::standsStill);
    server.reset();
    Wait.until("the sender was told", sent::isDone);
    assertThat(sent).isCompletedExceptionally();
  }

  @Test
  void resetAfterHalfCloseIsAReset() throws Exception { // 12
    client.fin();
    assertThat(server.next()).isEqualTo("FIN");
    server.send(10, 1);
    client.expect(10, 1);
    client.reset();
    Wait.until("reset", () -> server.cannotSend(1000));
  }

  @Test
  void resetSeenBySendIsAReset() throws Exception { // 13
    client.send(1 << 16, 1); // unread at the server: its close is a reset
    server.expect(1, 1);
    server.close();
    Wait.until("reset", () -> client.cannotSend(1000));
  }

  @Test
  void aReaderThatStopsLosesNothing() throws Exception { // 14
    CompletableFuture<Void> sent = server.sendLater(32 * MIB, 7);
    Wait.until("the sender stands still", server::standsStill);
    assertThat(pendingBytes()).isLessThan(5 * 65_536); // one read of bulk, and its bookkeeping
    client.expect(32 * MIB, 7);
    join(sent);
    closesInOrder(client, server);
  }

  @Test
  void smallWritesAreNotHeldBack() throws Exception { // 16
    int late = 0;
    for (int i = 0; i < 200; i++) {
      long began = System.nanoTime();
      client.send(1, i);
      server.expect(1, i); // and says nothing, so that its kernel has nothing to say either
      late += System.nanoTime() - began > 5_000_000 ? 1 : 0;
    }
    assertThat(late).as("of 200, which would all wait for an acknowledgement").isLessThan(50);
    closesInOrder(client, server);
  }

  @Test
  void bulkStarvesNoSmallEcho() throws Exception { // 17
    List<End[]> small = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        End asks = End.connect(front);
        small.add(new End[] {asks, new End(listening.accept())});
      }
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Long> asked = client.sendUntil(enough);
      CompletableFuture<Long> answered = server.sendUntil(enough);
      CompletableFuture<Long> gotAsked = server.countLater();
      CompletableFuture<Long> gotAnswered = client.countLater();
      long[] beside = new long[400];
      for (int i = 0; i < beside.length; i++) {
        End[] pair = small.get(i % small.size());
        long before = client.sent() + server.sent();
        pair[0].send(64, i);
        pair[1].expect(64, i).send(64, -i);
        pair[0].expect(64, -i);
        beside[i] = client.sent() + server.sent() - before;
      }
      enough.set(true);
      join(asked, answered, gotAsked, gotAnswered);
      assertThat(gotAsked.get()).isEqualTo(asked.get());
      assertThat(gotAnswered.get()).isEqualTo(answered.get());
      Arrays.sort(beside);
      assertThat(beside[beside.length / 2])
          .as("bytes of bulk that pass during half of the echoes")
          .isLessThan(16 * MIB);
    } finally {
      for (End[] pair : small) {
        pair[0].reset();
        pair[1].close();
      }
    }
  }

  @Test
  void answersWhatWasAskedBeforeTheServerWasThere() throws Exception { // 20
    try (End early = End.connect(front)) {
      early.send(100 * 1024, 8).fin();
      try (End late = new End(listening.accept())) {
        late.expect(100 * 1024, 8);
        assertThat(late.next()).isEqualTo("FIN");
        late.send(10, 9);
        early.expect(10, 9);
        late.fin();
        assertThat(early.next()).isEqualTo("FIN");
      }
    }
  }
}
