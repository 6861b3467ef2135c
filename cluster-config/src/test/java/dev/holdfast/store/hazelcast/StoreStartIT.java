package dev.holdfast.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.config.ClusterSettings;
import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Every way a start can fail ends in one line, and leaves nothing behind. */
class StoreStartIT {
  private final Cluster cluster = new Cluster(3);

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aClusterOfOneNeedsNobody() throws StartFault {
    long start = System.nanoTime();
    StoreMember member = StoreMember.start(alone(cluster.address(0)), Cluster.steps());
    System.out.printf("alone ms=%d%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(member.members()).containsExactly(Cluster.id(0));
    member.close();
    assertThat(member.running()).isFalse();
    member.close();
    assertFree(cluster.address(0));
  }

  @Test
  void theFirstOfSeveralStartsAloneIfItListsItself() throws StartFault {
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      cluster.start(i);
      System.out.printf("member %d ms=%d%n", i, (System.nanoTime() - start) / 1_000_000);
      assertThat(cluster.store(i).members()).hasSize(i + 1);
    }
  }

  @Test
  void refusesAPortInUse() throws IOException {
    HostPort taken = cluster.address(0);
    try (ServerSocket socket =
        new ServerSocket(taken.port(), 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(socket.isBound()).isTrue();
      assertFault(alone(taken), "node.member: " + taken + " (expected: a port that is not in use)");
    }
  }

  @Test
  void refusesAnAddressThatIsNotOfThisMachine() {
    assertFault(
        alone(new HostPort("192.0.2.1", 5701)),
        "node.member: 192.0.2.1:5701 (expected: an address of this machine)");
  }

  @Test
  void refusesAnyAddressAndAnyPort() {
    assertFault(
        alone(new HostPort("0.0.0.0", 5701)),
        "node.member: 0.0.0.0:5701 (expected: one address of this machine)");
    assertFault(
        alone(new HostPort("127.0.0.1", 0)),
        "node.member: 127.0.0.1:0 (expected: a port from 1 to 65535)");
  }

  @Test
  void refusesNamesThatDoNotResolve() {
    HostPort unknown = new HostPort("no-such-host.invalid", 5701);
    assertFault(
        alone(unknown),
        "node.member: no-such-host.invalid:5701 (expected: a host name that can be resolved)");
    assertFault(
        cluster.settings(0, cluster.name(), List.of(cluster.address(0), unknown)),
        "cluster.join: no-such-host.invalid:5701 (expected: a host name that can be resolved)");
    StoreSettings dns =
        new StoreSettings(
            Cluster.id(0),
            cluster.address(0),
            new ClusterSettings(cluster.name(), List.of(), unknown),
            Duration.ofSeconds(6));
    assertFault(
        dns, "cluster.join.dns: no-such-host.invalid:5701 (expected: a host name that can be");
  }

  @Test
  void refusesWhenAnotherClusterRunsAtAJoinAddress() throws StartFault {
    cluster.start(0);
    for (List<HostPort> join : List.of(cluster.addresses(), List.of(cluster.address(0)))) {
      assertFault(
          cluster.settings(1, "another", join),
          "cluster.name: another (expected: the name of the cluster at "
              + cluster.address(0)
              + ", which has another)");
    }
    assertThat(cluster.store(0).members()).containsExactly(Cluster.id(0));
  }

  @Test
  void refusesWhenNobodyAnswersAndItMayNotBeTheFirst() {
    long start = System.nanoTime();
    assertFault(
        cluster.settings(0, cluster.name(), List.of(cluster.address(1))),
        "cluster.join: [" + cluster.address(1) + "] (expected: a member that answers within 2s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
  }

  /** Lets members start at once, each with a join list of its own. */
  private List<StoreMember> startAtOnce(List<List<HostPort>> lists) throws Exception {
    List<StoreMember> members = Collections.synchronizedList(new ArrayList<>());
    List<Thread> starts = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < lists.size(); i++) {
      StoreSettings settings =
          new StoreSettings(
              Cluster.id(i),
              cluster.address(i),
              new ClusterSettings(cluster.name(), lists.get(i), null),
              Duration.ofSeconds(6));
      starts.add(
          new Thread(
              () -> {
                try {
                  members.add(StoreMember.start(settings, Cluster.steps()));
                } catch (StartFault e) {
                  throw new AssertionError(e);
                }
              }));
    }
    starts.forEach(Thread::start);
    for (Thread thread : starts) {
      thread.join();
    }
    System.out.printf("%s at once ms=%d%n", lists, (System.nanoTime() - start) / 1_000_000);
    return members;
  }

  private static void assertOneClusterAndEnd(List<StoreMember> members, int count) {
    try {
      assertThat(members).hasSize(count);
      Cluster.until(() -> members.stream().allMatch(m -> m.members().size() == count));
      members.forEach(m -> assertThat(m.members()).isEqualTo(members.get(0).members()));
    } finally {
      members.forEach(StoreMember::terminate);
    }
  }

  @Test
  void oneThatMayNotBeFirstFindsOneThatStartsWithIt() throws Exception {
    assertOneClusterAndEnd(
        startAtOnce(List.of(List.of(cluster.address(1)), cluster.addresses())), 2);
  }

  @Test
  void oneThatNobodyListsFindsThoseThatStartWithIt() throws Exception {
    List<HostPort> list = List.of(cluster.address(0), cluster.address(1));
    assertOneClusterAndEnd(startAtOnce(List.of(list, list, list)), 3);
  }

  @Test
  void twoThatListOnlyEachOtherBecomeOneCluster() throws Exception {
    assertOneClusterAndEnd(
        startAtOnce(List.of(List.of(cluster.address(1)), List.of(cluster.address(0)))), 2);
  }

  @Test
  void startsAloneWhereTheOthersAcceptAndSayNothing() throws Exception {
    try (ServerSocket silent =
        new ServerSocket(cluster.address(1).port(), 8, InetAddress.getByName("127.0.0.1"))) {
      assertThat(silent.isBound()).isTrue();
      cluster.start(0);
      assertThat(cluster.store(0).members()).hasSize(1);
    }
  }

  @RepeatedTest(3)
  void membersThatStartAtOnceBecomeOneCluster() throws Exception {
    List<Thread> starts = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      int index = i;
      starts.add(
          new Thread(
              () -> {
                try {
                  cluster.start(index);
                } catch (StartFault e) {
                  throw new AssertionError(e);
                }
              }));
    }
    starts.forEach(Thread::start);
    for (Thread thread : starts) {
      thread.join();
    }
    System.out.printf("three at once ms=%d%n", (System.nanoTime() - start) / 1_000_000);
    for (int i = 0; i < 3; i++) {
      int member = i;
      Cluster.until(() -> cluster.store(member).members().size() == 3);
    }
    List<NodeId> oldestFirst = cluster.store(0).members();
    assertThat(cluster.store(1).members()).isEqualTo(oldestFirst);
    assertThat(cluster.store(2).members()).isEqualTo(oldestFirst);
  }

  @Test
  void refusesAnotherMinorVersion() throws StartFault {
    cluster.start(0);
    System.setProperty("hazelcast.internal.override.version", "5.7.0");
    try {
      assertFault(cluster.settings(1), "cluster.join: ", "5.7", "5.6", "the same version");
    } finally {
      System.clearProperty("hazelcast.internal.override.version");
    }
    assertThat(cluster.store(0).members()).hasSize(1);
  }

  @Test
  void refusesANameThatALivingNodeHas() throws StartFault {
    cluster.start(0);
    NodeId same = new NodeId(Cluster.id(0).name(), 999);
    StoreSettings settings = cluster.settings(1);
    assertFault(
        new StoreSettings(
            same,
            settings.member(),
            settings.cluster(),
            settings.lease(),
            settings.joinWithin(),
            settings.mergeEvery()),
        "node.name: gw-9 (expected: a name that no living node has; "
            + cluster.address(0)
            + " has it)");
    Cluster.until(() -> cluster.store(0).members().size() == 1);
  }

  @Test
  void takesOverTheNameOfAProcessThatEnded() throws StartFault {
    cluster.start(0);
    cluster.start(1);
    cluster.node(1).member().terminate();
    StoreSettings settings = cluster.settings(1);
    StoreMember again =
        StoreMember.start(
            new StoreSettings(
                new NodeId(Cluster.id(1).name(), 999),
                settings.member(),
                settings.cluster(),
                settings.lease()),
            Cluster.steps());
    assertThat(again.members()).hasSize(2);
    again.terminate();
  }

  @Test
  void listensNowhereButAtItsAddress() throws Exception {
    cluster.start(0);
    // the same port of another loopback address stays free
    new ServerSocket(cluster.address(0).port(), 1, InetAddress.getByName("127.0.0.2")).close();
  }

  private StoreSettings alone(HostPort member) {
    return new StoreSettings(
        Cluster.id(0),
        member,
        new ClusterSettings(cluster.name(), List.of(), null),
        Duration.ofSeconds(6));
  }

  private static void assertFault(StoreSettings settings, String... parts) {
    Throwable fault = catchThrowable(() -> StoreMember.start(settings, Cluster.steps()));
    assertThat(fault).isInstanceOf(StartFault.class);
    assertThat(fault.getMessage()).doesNotContain("\n").contains(parts);
    if (settings.member().port() != 0 && settings.member().host().equals("127.0.0.1")) {
      if (!parts[0].contains("not in use")) {
        assertFree(settings.member());
      }
    }
  }

  private static void assertFree(HostPort address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address.host(), address.port()));
    } catch (IOException e) {
      throw new AssertionError(address + " is still in use", e);
    }
  }
}
