package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.MemoryCloud;
import dev.holdfast.store.MemoryStore;
import dev.holdfast.store.Rows;
import dev.holdfast.time.ThreadLoop;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {
  @TempDir Path dir;

  private final ThreadLoop loop = new ThreadLoop("test-control");
  private final List<Node> started = new ArrayList<>();

  @AfterEach
  void close() {
    started.forEach(Node::close);
    loop.close();
  }

  @Test
  void aClusterOfOneIsAMajorityAtOnce() throws Exception {
    Node alone = start("gw-1", 1);
    Node.await("majority", Duration.ofSeconds(1), () -> alone.contact().majority());
    assertThat(get(alone.members.joined())).isNull();
    assertThat(alone.contact().heard()).containsExactly(alone.id());
    assertThat(alone.contact().roster()).containsOnlyKeys(alone.name());
  }

  @Test
  void threeNodesFindEachOtherThroughTheStore() throws Exception {
    MemoryCloud cloud = new MemoryCloud();
    List<Node> nodes = List.of(start("gw-1", 3), start("gw-2", 3), start("gw-3", 3));
    for (Node node : nodes) {
      CompletableFuture<MemoryStore> joined = new CompletableFuture<>();
      loop.execute(() -> joined.complete(cloud.join(node.id(), loop)));
      node.members.attach(joined.get(5, TimeUnit.SECONDS));
    }
    awaitFormed(nodes);
  }

  @Test
  void oneOfThreeIsNoMajority() throws Exception {
    Node one = start("gw-1", 3);
    Node.holds("no majority", Duration.ofMillis(200), () -> !one.contact().majority());
    assertThat(one.contact().fromDisk()).isFalse();
    Node two = start("gw-2", 3).meet(one);
    Node.await("two of three", () -> one.contact().majority() && two.contact().majority());
    assertThat(one.contact().fromDisk()).as("the third was never met").isFalse();
  }

  @Test
  void listenersHearOfChangesOnTheControlLoopAndEachSecond() throws Exception {
    List<Contact> told = new ArrayList<>();
    Node one = start("gw-1", 2);
    one.members.onContact(
        contact -> {
          assertThat(Thread.currentThread().getName()).isEqualTo("test-control");
          synchronized (told) {
            told.add(contact);
          }
        });
    start("gw-2", 2).meet(one);
    Node.await("told of the majority", () -> any(told, Contact::majority));
    int count = size(told);
    Node.await("told again", Duration.ofSeconds(3), () -> size(told) >= count + 2);
  }

  @Test
  void aGoodbyeProvesAndLeavesTheRoster() throws Exception {
    List<Node> nodes = three();
    Node leaver = nodes.get(2);
    get(leaver.members.goodbye());
    for (Node node : nodes.subList(0, 2)) {
      Node.await("gone", Duration.ofSeconds(2), () -> node.provedGone(leaver.id()));
      assertThat(node.contact().roster()).doesNotContainKey(leaver.name());
      assertThat(node.contact().heard()).doesNotContain(leaver.id());
      assertThat(node.contact().majority()).isTrue();
    }
  }

  @Test
  void theProofCountsOnlyAfterTheSettlingTimeOfItsSessions() throws Exception {
    Node one = start("gw-1", 2);
    Node two = start("gw-2", 2).meet(one);
    awaitFormed(List.of(one, two));
    one.sessions.set(6_000);
    long before = System.nanoTime();
    get(two.members.goodbye());
    Node.await("gone", () -> one.provedGone(two.id()));
    assertThat(System.nanoTime() - before).isGreaterThan(600_000_000L);
  }

  @Test
  void aResetIsNoProof() throws Exception {
    List<Node> nodes = three();
    Node closed = nodes.get(2);
    closed.close(); // every connection is reset, then the address refuses
    for (Node node : nodes.subList(0, 2)) {
      Node.await("not heard", () -> !node.hears(closed.id()));
      Node.holds("unproven", Duration.ofMillis(500), () -> !node.provedGone(closed.id()));
      assertThat(node.contact().majority()).isTrue();
      assertThat(node.contact().roster()).containsKey(closed.name());
    }
  }

  @Test
  void aRelayMakesTheLinkIndirectAndItsFinProvesNothing() throws Exception {
    Node one = start("gw-1", 2);
    Node two = start("gw-2", 2);
    try (Relay relay = new Relay(two.members.watch())) {
      one.members.meet(relay.address()); // learns the real address by the greeting
      awaitFormed(List.of(one, two));
      assertThat(one.link(two.id()).direct()).isTrue();
    }
    Node three = start("gw-3", 2);
    Node.await("ready", () -> three.contact().heard().size() == 1);
    try (Relay relay = new Relay(three.members.watch())) {
      one.members.announce(new WatchRow(three.id(), relay.address()));
      Node.await("watched through it", () -> one.hears(three.id()));
      assertThat(one.link(three.id()).direct()).isFalse();
      relay.fin();
      Node.await("watched directly", () -> one.link(three.id()).direct());
      Node.holds("unproven", Duration.ofMillis(700), () -> !one.provedGone(three.id()));
    }
  }

  @Test
  void anotherClusterEndsTheStartWithOneLine() throws Exception {
    Node one = start("gw-1", 1);
    Node two = start("gw-2", "other", 2, Host.here());
    two.meet(one);
    assertThatThrownBy(() -> get(two.members.joined()))
        .cause()
        .isInstanceOf(StartFault.class)
        .hasMessage(
            "cluster.name: other (expected: test, the cluster of gw-1 at "
                + one.members.watch()
                + ")");
    assertThat(one.contact().roster()).containsOnlyKeys(one.name());
  }

  @Test
  void aNameThatALivingNodeUsesEndsTheStartWithOneLine() throws Exception {
    Node one = start("gw-1", 2);
    Node two = start("gw-2", 2).meet(one);
    awaitFormed(List.of(one, two));
    Node same = Node.start(loop, dir.resolve("elsewhere"), "gw-2", 2);
    started.add(same);
    same.meet(one);
    assertThatThrownBy(() -> get(same.members.joined()))
        .cause()
        .isInstanceOf(StartFault.class)
        .hasMessage(
            "node.name: gw-2 (expected: a name that no living node uses; " + two.id() + " does)");
    assertThat(one.hears(two.id())).isTrue();
    assertThat(one.provedGone(two.id())).isFalse();
  }

  @Test
  void aSilentNameWithoutProofIsNotReplacedUntilAMajorityForgotIt() throws Exception {
    List<Node> nodes = three();
    Node one = nodes.get(0);
    Node two = nodes.get(1);
    Node three = nodes.get(2);
    three.close();
    Node.await("silent", () -> !one.hears(three.id()) && !two.hears(three.id()));
    Node again = Node.start(loop, dir.resolve("elsewhere"), "gw-3", 3);
    started.add(again);
    again.meet(one, two);
    Node.holds(
        "waits",
        Duration.ofMillis(300),
        () -> {
          if (again.members.joined().failed()) {
            throw new AssertionError(again.members.joined().cause());
          }
          return !again.members.joined().isComplete();
        });
    assertThat(one.contact().roster()).containsEntry(three.name(), three.id().incarnation());
    forget(one, three.name());
    Node.await("told", () -> two.provedGone(three.id()));
    Node.await("in", () -> again.contact().majority() && one.hears(again.id()));
    assertThat(again.provedGone(again.id())).isFalse();
  }

  @Test
  void aRestartWithTheSameFolderProvesTheProcessBeforeGone() throws Exception {
    List<Node> nodes = three();
    Node two = nodes.get(1);
    two.close();
    Node again = start("gw-2", 3);
    assertThat(again.id().incarnation()).isGreaterThan(two.id().incarnation());
    for (Node node : List.of(nodes.get(0), nodes.get(2), again)) {
      Node.await("proven by the lock", () -> node.provedGone(two.id()));
      Node.await("back", () -> node.contact().heard().size() == 3 && node.contact().majority());
      assertThat(node.contact().roster()).containsEntry(again.name(), again.id().incarnation());
      assertThat(node.provedGone(again.id())).isFalse();
    }
    assertThat(again.contact().fromDisk()).isTrue();
  }

  @Test
  void theSameFolderOnAnotherMachineIsNoProof() throws Exception {
    Node one = start("gw-1", 2);
    Node two = start("gw-2", "test", 2, new Host("machine-1", "boot-1")).meet(one);
    awaitFormed(List.of(one, two));
    two.close();
    Node moved = start("gw-2", "test", 2, new Host("machine-2", "boot-2"));
    moved.meet(one);
    Node.holds("unproven", Duration.ofMillis(500), () -> !one.provedGone(two.id()));
    assertThat(one.hears(moved.id())).isFalse();
  }

  @Test
  void aNewcomerDoesNotVoteOnItself() throws Exception {
    List<Node> nodes = three();
    nodes.get(1).close();
    nodes.get(2).close();
    Node one = nodes.get(0);
    Node.await("alone", () -> !one.contact().majority());
    Node four = start("gw-4", 3).meet(one);
    Node five = start("gw-5", 3).meet(one, four);
    Node.await("all three hear each other", () -> heardAll(List.of(one, four, five)));
    for (Node node : List.of(one, four, five)) {
      Node.holds("no majority", Duration.ofMillis(300), () -> !node.contact().majority());
    }
    assertThat(four.members.joined().isComplete()).isFalse();
  }

  @Test
  void forgetIsRefusedWhileTheNodeIsHeardOrUnknownOrNotSilentForLong() throws Exception {
    List<Node> nodes = three();
    Node one = nodes.get(0);
    Node two = nodes.get(1);
    assertThat(get(one.members.forget(two.name())))
        .isEqualTo(new Forgetting.InContact(two.id(), one.name()));
    assertThat(get(one.members.forget(one.name())))
        .isEqualTo(new Forgetting.InContact(one.id(), one.name()));
    NodeName nobody = new NodeName("nobody");
    assertThat(get(one.members.forget(nobody))).isEqualTo(new Forgetting.Unknown(nobody));
    two.close();
    Node.await("silent", () -> !one.hears(two.id()) && !nodes.get(2).hears(two.id()));
    Node.await(
        "too early", () -> Node.get(one.members.forget(two.name())) instanceof Forgetting.TooEarly);
  }

  @Test
  void twoSilentNodesAreForgottenTogetherAndTheLastOfThreeIsAMajority() throws Exception {
    List<Node> nodes = three();
    Node one = nodes.get(0);
    nodes.get(1).close();
    nodes.get(2).close();
    Node.await("alone", () -> !one.contact().majority());
    Future<Forgetting> first = forgetWhenSilent(one, nodes.get(1).name());
    Future<Forgetting> second = forgetWhenSilent(one, nodes.get(2).name());
    assertThat(get(first)).isEqualTo(new Forgetting.Forgotten(nodes.get(1).id()));
    assertThat(get(second)).isEqualTo(new Forgetting.Forgotten(nodes.get(2).id()));
    Node.await("majority", () -> one.contact().majority());
  }

  @Test
  void theWholeClusterComesBackFromItsDisks() throws Exception {
    List<Node> nodes = three();
    nodes.forEach(Node::close);
    List<Node> again = List.of(start("gw-1", 3), start("gw-2", 3));
    again.get(1).meet(again.get(0));
    Node.await("two of three", () -> again.stream().allMatch(node -> node.contact().majority()));
    assertThat(again.get(0).contact().fromDisk()).isTrue();
    assertThat(again.get(0).contact().roster()).hasSize(3);
    assertThat(again.get(0).provedGone(nodes.get(2).id())).isFalse();
  }

  @Test
  void aTornRosterIsSetAsideAndTheNodeJoinsAsANewOne() throws Exception {
    List<Node> nodes = three();
    nodes.get(2).close();
    Path file = dir.resolve("gw-3/roster");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    Node again = start("gw-3", 3);
    assertThat(dir.resolve("gw-3/.bad-roster-1")).exists();
    Node.await("accepted", () -> again.contact().majority());
    assertThat(again.contact().roster()).hasSize(3);
    assertThat(again.contact().fromDisk()).as("learned from others").isTrue();
  }

  @Test
  void foreignBytesCostOnlyTheirConnection() throws Exception {
    Node one = start("gw-1", 2);
    Node two = start("gw-2", 2).meet(one);
    awaitFormed(List.of(one, two));
    assertThat(answer(one, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(-1);
    assertThat(answer(one, new byte[] {0x7f, -1, -1, -1, 1})).as("oversized").isEqualTo(-1);
    assertThat(answer(one, new byte[] {-1, -1, -1, -1, 1})).as("negative").isEqualTo(-1);
    assertThat(answer(one, framed(Frame.HELLO, new byte[100]))).as("no greeting").isEqualTo(-1);
    byte[] hollow = {'H', 'F', 'W', 'T', 0, 1, (byte) 0xbf, (byte) 0xff};
    assertThat(answer(one, framed(Frame.HELLO, hollow))).as("empty greeting").isEqualTo(-1);
    assertThat(answer(one, framed(Frame.PULSE, new byte[10]))).as("no greeting").isEqualTo(-1);
    Node.holds("goes on", Duration.ofMillis(200), () -> one.hears(two.id()) && two.hears(one.id()));
  }

  @Test
  void anUnknownProtocolIsToldSo() throws Exception {
    Node one = start("gw-1", 1);
    byte[] hello = {'H', 'F', 'W', 'T', 0, 9, 1, 2, 3};
    try (Socket socket = connect(one)) {
      new DataOutputStream(socket.getOutputStream()).write(framed(Frame.HELLO, hello));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] body = new byte[in.readInt() - 1];
      byte kind = in.readByte();
      in.readFully(body);
      assertThat(kind).isEqualTo(Frame.REFUSED);
      assertThat(new Frame(kind, body).asRefusal())
          .isEqualTo(
              new Frame.Refused(
                  Frame.Reason.PROTOCOL,
                  0,
                  "watch protocol: 9 (expected: 1, which " + one.id() + " speaks)"));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aWatcherThatNeverGreetsIsNotKept() throws Exception {
    Node one = start("gw-1", 1);
    try (Socket socket = connect(one)) {
      socket.setSoTimeout(8_000);
      assertThat(read(socket)).isEqualTo(-1);
    }
  }

  @Test
  void twoNodesOnOneAddressAreRefusedWithOneLine() throws Exception {
    Node one = start("gw-1", 1);
    assertThatThrownBy(
            () -> Node.start(loop, dir, "gw-2", "test", 1, one.members.watch(), Host.here()))
        .isInstanceOf(StartFault.class)
        .hasMessage(
            "node.watch: " + one.members.watch() + " (expected: a free address of this machine)");
  }

  @Test
  void aChangeOfTheExpectedNodesCountsAtOnce() throws Exception {
    Node one = start("gw-1", 1);
    Node.await("majority", () -> one.contact().majority());
    one.expected.set(2);
    assertThat(one.contact().majority()).isFalse();
    one.expected.set(1);
    assertThat(one.contact().majority()).isTrue();
  }

  @Test
  void theGreetingTravels() {
    Frame.Pulse pulse =
        new Frame.Pulse(
            1,
            true,
            false,
            List.of(new Frame.Heard(new NodeId(new NodeName("a"), 3), 4, true)),
            List.of(new NodeId(new NodeName("b"), 3)),
            List.of(),
            Roster.EMPTY);
    Frame.Greeting greeting =
        new Frame.Greeting(
            "test",
            new Identity(new NodeId(new NodeName("a"), 3), "folder", new Host("m", "b"), 2),
            Node.ANY,
            new HostPort("127.0.0.1", 1),
            new HostPort("127.0.0.1", 2),
            pulse);
    assertThat(Frame.greeting(Frame.HELLO, greeting).asGreeting()).isEqualTo(greeting);
    assertThat(Rows.value(Rows.bytes(pulse), Frame.Pulse.class)).isEqualTo(pulse);
  }

  // ---- the cast

  private Node start(String name, int expected) throws StartFault {
    return start(name, "test", expected, Host.here());
  }

  private Node start(String name, String cluster, int expected, Host host) throws StartFault {
    Node node = Node.start(loop, dir, name, cluster, expected, Node.ANY, host);
    started.add(node);
    return node;
  }

  private List<Node> three() throws StartFault {
    Node one = start("gw-1", 3);
    Node two = start("gw-2", 3).meet(one);
    Node three = start("gw-3", 3).meet(one, two);
    awaitFormed(List.of(one, two, three));
    return List.of(one, two, three);
  }

  private static boolean heardAll(List<Node> nodes) {
    return nodes.stream()
        .allMatch(node -> nodes.stream().allMatch(other -> node.hears(other.id())));
  }

  private static void awaitFormed(List<Node> nodes) {
    Node.await(
        "all in contact",
        () ->
            heardAll(nodes)
                && nodes.stream()
                    .allMatch(
                        node ->
                            node.contact().majority()
                                && node.contact().fromDisk()
                                && node.contact().roster().size() == nodes.size()));
  }

  private static void forget(Node by, NodeName name) throws Exception {
    assertThat(get(forgetWhenSilent(by, name))).isInstanceOf(Forgetting.Forgotten.class);
  }

  /** Asks, and asks again as long as the answer is that it is too early. */
  private static Future<Forgetting> forgetWhenSilent(Node by, NodeName name) {
    long end = System.nanoTime() + 8_000_000_000L;
    return Future.fromCompletionStage(
        CompletableFuture.supplyAsync(
            () -> {
              while (true) {
                Forgetting answer = Node.get(by.members.forget(name));
                if (System.nanoTime() > end
                    || !(answer instanceof Forgetting.TooEarly)
                        && !(answer instanceof Forgetting.InContact)) {
                  return answer;
                }
                LockSupport.parkNanos(20_000_000L);
              }
            },
            task -> new Thread(task, "asking").start()));
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new ExecutionException(e.getCause());
    }
  }

  private static boolean any(List<Contact> told, java.util.function.Predicate<Contact> test) {
    synchronized (told) {
      return told.stream().anyMatch(test);
    }
  }

  private static int size(List<Contact> told) {
    synchronized (told) {
      return told.size();
    }
  }

  private static Socket connect(Node node) throws Exception {
    return new Socket("127.0.0.1", node.members.watch().port());
  }

  private static byte[] framed(byte kind, byte[] body) {
    return java.nio.ByteBuffer.allocate(5 + body.length)
        .putInt(1 + body.length)
        .put(kind)
        .put(body)
        .array();
  }

  /** Sends bytes; the first byte of the answer, or -1 if the connection ended in whatever way. */
  private static int answer(Node node, byte[] bytes) throws Exception {
    try (Socket socket = connect(node)) {
      socket.setSoTimeout(3_000);
      socket.getOutputStream().write(bytes);
      return read(socket);
    }
  }

  private static int read(Socket socket) throws Exception {
    try {
      return socket.getInputStream().read();
    } catch (java.net.SocketException e) {
      return -1; // reset
    }
  }
}
