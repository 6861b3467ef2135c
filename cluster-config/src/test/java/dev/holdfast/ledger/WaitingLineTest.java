package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.Contact;
import dev.holdfast.store.MemoryCloud;
import dev.holdfast.time.ManualLoop;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.ListenerName;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.OnPartition;
import dev.holdfast.words.Scope;
import dev.holdfast.words.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The line of waiting clients, in order and under many threads. */
class WaitingLineTest {
  private static final Source SOURCE = Source.parse("127.0.0.9");
  private static final Scope CHAT = Scope.of(new ListenerName("chat"));

  @Test
  void servesInTheOrderOfArrivalAndSkipsWhoLeft() {
    ManualLoop loop = new ManualLoop();
    Permits permits = new Permits(CHAT, 0, () -> {});
    WaitingLine line = new WaitingLine(loop, () -> {});
    List<Integer> served = new ArrayList<>();
    List<Admission.Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int client = i;
      waiters.add(line.join(SOURCE, List.of(permits), loop, () -> served.add(client)));
    }
    loop.run();
    assertThat(line.walk(true, scope -> false).get(CHAT)).isEqualTo(new Need(4, 0, false));
    assertThat(waiters.get(1).leave()).isTrue();
    permits.grant(2);
    assertThat(line.walk(true, scope -> false).get(CHAT)).isEqualTo(new Need(1, 0, false));
    loop.run();
    assertThat(served).containsExactly(0, 2);
    assertThat(permits.standing()).isEqualTo(1);
    assertThat(permits.held()).isEqualTo(2);
  }

  @Test
  void oneSourceWithManyClientsKeepsNobodyWaiting() {
    ManualLoop loop = new ManualLoop();
    Permits permits = new Permits(CHAT, 0, () -> {});
    WaitingLine line = new WaitingLine(loop, () -> {});
    List<String> served = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      String name = "crowd-" + i;
      line.join(SOURCE, List.of(permits), loop, () -> served.add(name));
    }
    for (int i = 0; i < 10; i++) {
      String name = "single-" + i;
      line.join(Source.v4(i, 32), List.of(permits), loop, () -> served.add(name));
    }
    loop.run();
    for (int granted = 1; granted <= 12; granted++) { // one permit comes back at a time
      permits.grant(granted);
      line.walk(true, scope -> false);
      loop.run();
    }
    assertThat(served.get(0)).isEqualTo("crowd-0");
    assertThat(served.subList(1, 11))
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, 10).mapToObj(i -> "single-" + i).toList());
    assertThat(served.get(11)).isEqualTo("crowd-1");
  }

  @Test
  void keepsEarlierScopesForAClientAndNotLaterOnes() {
    ManualLoop loop = new ManualLoop();
    Permits listener = new Permits(CHAT, 1, () -> {});
    Permits cluster = new Permits(Scope.CLUSTER, 0, () -> {});
    WaitingLine line = new WaitingLine(loop, () -> {});
    line.join(SOURCE, List.of(listener, cluster), loop, () -> {});
    loop.run();
    Map<Scope, Need> needs = line.walk(true, scope -> false);
    assertThat(needs.get(CHAT)).isEqualTo(new Need(0, 1, false));
    assertThat(needs.get(Scope.CLUSTER)).isEqualTo(new Need(1, 0, false));

    listener.lowerTo(0);
    cluster.grant(1);
    needs = line.walk(true, scope -> false);
    assertThat(needs.get(CHAT)).isEqualTo(new Need(1, 0, false));
    assertThat(needs.get(Scope.CLUSTER)).as("may go back").isNull();
    cluster.grant(0);
    assertThat(line.walk(true, scope -> scope == cluster).get(CHAT).waiting())
        .as("a later scope has nothing: the earlier is not asked for")
        .isZero();
  }

  private static void until(BooleanSupplier reached) throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!reached.getAsBoolean() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(2); // a bounded wait for a condition
    }
    assertThat(reached.getAsBoolean()).isTrue();
  }

  /** Each client is served or leaves, exactly once; nothing is held at the end. */
  @Test
  void losesNobodyUnderManyThreads() throws Exception {
    NodeId self = new NodeId(new NodeName("gw-1"), 1);
    MemoryCloud cloud = new MemoryCloud();
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    int clients = 3_000;
    try (ThreadLoop control = new ThreadLoop("control");
        ThreadLoop one = new ThreadLoop("loop-1");
        ThreadLoop two = new ThreadLoop("loop-2");
        ThreadLoop three = new ThreadLoop("loop-3")) {
      Ledger ledger =
          new Ledger(self, control, cloud.join(self, control), cloud.owner(self), () -> 5);
      CompletableFuture<Void> started = new CompletableFuture<>();
      control.execute(
          () -> {
            ledger.start();
            ledger.configure(
                new ScopeLimits(
                    1, OnPartition.STRICT, Duration.ofSeconds(10), 1, Map.of(CHAT, 20)));
            ledger.contact(
                new Contact(self, Map.of(self.name(), 1L), Set.of(self), Map.of(), true, true, 0));
            started.complete(null);
          });
      started.get(5, TimeUnit.SECONDS);
      List<Permits> scopes = List.of(ledger.permits(CHAT), ledger.permits(Scope.CLUSTER));
      List<ThreadLoop> loops = List.of(one, two, three);
      CountDownLatch arrived = new CountDownLatch(clients);
      for (int i = 0; i < clients; i++) {
        ThreadLoop loop = loops.get(i % 3);
        Random random = new Random(i);
        Runnable session =
            () -> {
              most.accumulateAndGet(open.incrementAndGet(), Math::max);
              loop.execute(
                  () -> {
                    open.decrementAndGet();
                    ended.incrementAndGet();
                    ledger.release(scopes);
                  });
            };
        loop.execute(
            () -> {
              if (ledger.take(scopes) == null) {
                session.run();
              } else {
                Admission.Waiter waiter = ledger.await(SOURCE, scopes, loop, session);
                if (random.nextInt(4) == 0) {
                  loop.execute(
                      () -> {
                        if (waiter.leave()) {
                          ended.incrementAndGet();
                        }
                      });
                }
              }
              arrived.countDown();
            });
      }
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      until(() -> ended.get() == clients);
      until(() -> ledger.permits(CHAT).held() == 0 && ledger.permits(CHAT).standing() == 0);
      assertThat(ledger.permits(Scope.CLUSTER).held()).isZero();
      assertThat(most.get()).isBetween(1, 20);
      System.out.println("threads: most at once " + most + ", operations " + ledger.operations());
    }
  }
}
