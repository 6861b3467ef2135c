package dev.holdfast.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final InetAddress SERVER = address(192, 0, 2, 1);
  private static final InetAddress SOURCE_1 = address(198, 51, 100, 1);
  private static final InetAddress SOURCE_2 = address(198, 51, 100, 2);

  private final Ports ports = new Ports(new LocalPorts(20_001, 20_010, 0, 2, true), 0);

  private static InetAddress address(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private PortPlan plan(List<InetAddress> sources, Integer... serverPorts) {
    return ports.plan(sources, SERVER, List.of(serverPorts));
  }

  private static int takeAll(PortPlan plan, long now) {
    int taken = 0;
    while (plan.take(0, now) != PortPlan.NONE) {
      taken++;
    }
    return taken;
  }

  @Test
  void thereAreAsManyAsTheRangeForEachTuple() {
    assertThat(takeAll(plan(List.of(SOURCE_1), 1), 0)).isEqualTo(10);
    assertThat(takeAll(plan(List.of(SOURCE_2), 1, 2, 3), 0)).isEqualTo(30);
  }

  @Test
  void moreAddressesAndPortsMultiplyThem() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1, 2, 3);
    assertThat(takeAll(plan, 0)).isEqualTo(60);
    assertThat(plan.uses(0))
        .hasSize(6)
        .allMatch(use -> use.used() == 10 && use.limit() == 10 && use.isShort());
  }

  @Test
  void theOneWithMostRoomIsTaken() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1);
    PortPlan first = plan(List.of(SOURCE_1), 1); // another pool, the same tuple
    for (int i = 0; i < 4; i++) {
      first.take(0, 0);
    }
    Map<InetAddress, Integer> sources = new HashMap<>();
    for (int i = 0; i < 6; i++) {
      sources.merge(plan.tuple(plan.take(0, 0)).path().source(), 1, Integer::sum);
    }
    assertThat(sources).containsExactlyInAnyOrderEntriesOf(Map.of(SOURCE_1, 1, SOURCE_2, 5));
  }

  @Test
  void aPortIsInUseForAMinuteAfterItWasClosedFromHere() {
    PortPlan plan = plan(List.of(SOURCE_1), 1);
    assertThat(takeAll(plan, 0)).isEqualTo(10);
    plan.tuple(0).release(true, SECOND / 2);
    plan.tuple(0).release(false, SECOND / 2);
    assertThat(takeAll(plan, SECOND)).isEqualTo(1);
    assertThat(takeAll(plan, 60 * SECOND)).isZero();
    assertThat(plan.tuple(0).used(60 * SECOND)).isEqualTo(10);
    assertThat(takeAll(plan, 61 * SECOND)).isEqualTo(1);
  }

  @Test
  void aNodeThatSleptFindsThoseMinutesOver() {
    PortPlan plan = plan(List.of(SOURCE_1), 1);
    for (long now = 0; now < 10 * SECOND; now += SECOND) {
      plan.take(0, now);
      plan.tuple(0).release(true, now);
    }
    assertThat(plan.tuple(0).used(10 * SECOND)).isEqualTo(10);
    assertThat(plan.tuple(0).used(66 * SECOND)).isEqualTo(4);
    assertThat(plan.tuple(0).used(100_000 * SECOND)).isZero();
  }

  @Test
  void whereTheKernelReusesThemEarlyASecondIsEnough() {
    LocalPorts usual = new LocalPorts(1, 10, 0, 2, true);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    assertThat(usual.timeWaitSeconds(SERVER)).isEqualTo(60);
    assertThat(usual.timeWaitSeconds(loopback)).isEqualTo(1);
    assertThat(new LocalPorts(1, 10, 0, 1, true).timeWaitSeconds(SERVER)).isEqualTo(1);
    assertThat(new LocalPorts(1, 10, 0, 1, false).timeWaitSeconds(SERVER)).isEqualTo(60);
    assertThat(new LocalPorts(1, 10, 0, 0, true).timeWaitSeconds(loopback)).isEqualTo(60);
  }

  @Test
  void aPortIsGivenBackOnce() {
    PortPlan plan = plan(List.of(SOURCE_1), 1);
    plan.take(0, 0);
    plan.tuple(0).release(false, 0);
    assertThatThrownBy(() -> plan.tuple(0).release(false, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released (expected: once");
  }

  @Test
  void aTupleOfWhichTheSystemHasNoPortIsNotTriedForASecond() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1);
    int index = plan.take(0, 0);
    plan.tuple(index).release(false, 0);
    plan.tuple(index).exhausted(0);
    for (int i = 0; i < 10; i++) {
      assertThat(plan.take(0, SECOND / 2)).isEqualTo(1 - index);
    }
    assertThat(plan.take(0, SECOND / 2)).isEqualTo(PortPlan.NONE);
    assertThat(plan.take(0, SECOND)).isEqualTo(index);
  }

  @Test
  void whatWasTriedIsNotTakenAgain() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1, 2);
    int first = plan.take(0, 0);
    long port = plan.sameTarget(plan.tuple(first));
    int second = plan.take(port, 0);
    assertThat(plan.tuple(second).target()).isNotEqualTo(plan.tuple(first).target());
    assertThat(plan.take(port | plan.sameTarget(plan.tuple(second)), 0)).isEqualTo(PortPlan.NONE);
    assertThat(plan.take(PortPlan.ALL, 0)).isEqualTo(PortPlan.NONE);
  }

  @Test
  void anAddressThatLeadsNowhereIsLeftOutLongerEachTime() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1);
    PortTuple bad = plan.tuple(0);
    PortTuple good = plan.tuple(1);
    bad.path().failed(0);
    assertThat(plan.take(0, SECOND)).as("a suspect is used last").isEqualTo(1);
    assertThat(plan.take(0, SECOND)).isEqualTo(1);
    assertThat(bad.path().isLeftOut(SECOND)).as("the server may be at fault").isFalse();
    plan.connected(good, SECOND);
    assertThat(bad.path().isLeftOut(10 * SECOND)).isTrue();
    assertThat(plan.take(0, 10 * SECOND)).isEqualTo(1);
    assertThat(bad.path().isLeftOut(12 * SECOND)).as("tried again").isFalse();
    bad.path().failed(12 * SECOND);
    plan.connected(good, 13 * SECOND);
    assertThat(bad.path().isLeftOut(32 * SECOND)).as("twice as long").isTrue();
    assertThat(bad.path().isLeftOut(33 * SECOND)).isFalse();
    plan.connected(bad, 33 * SECOND);
    bad.path().failed(34 * SECOND);
    plan.connected(good, 34 * SECOND);
    assertThat(bad.path().isLeftOut(44 * SECOND)).as("it had worked in between").isFalse();
  }

  @Test
  void ifAllLeadNowhereAllAreUsed() {
    PortPlan plan = plan(List.of(SOURCE_1, SOURCE_2), 1);
    plan.tuple(0).path().leaveOut(0, "of the test");
    plan.tuple(1).path().leaveOut(0, "of the test");
    assertThat(takeAll(plan, SECOND)).isEqualTo(20);
  }

  @Test
  void addressesOfTheOtherFamilyDoNotCount() {
    InetAddress v6 = address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    PortPlan plan = plan(List.of(v6), 1);
    assertThat(plan.sources()).isEqualTo(1);
    assertThat(plan.tuple(0).path().bind()).as("the system's choice").isNull();
  }

  @Test
  void thePortsOfTheKernelAreRead(@TempDir Path folder) throws Exception {
    assertThat(LocalPorts.in(folder)).isEqualTo(LocalPorts.USUAL);
    assertThat(LocalPorts.USUAL.limit()).isEqualTo(28_232);
    Files.writeString(folder.resolve("ip_local_port_range"), "20000\t20010\n");
    Files.writeString(folder.resolve("ip_local_reserved_ports"), "19000-20001,20005,30000\n");
    Files.writeString(folder.resolve("tcp_tw_reuse"), "1\n");
    Files.writeString(folder.resolve("tcp_timestamps"), "0\n");
    LocalPorts read = LocalPorts.in(folder);
    assertThat(read).isEqualTo(new LocalPorts(20_000, 20_010, 3, 1, false));
    assertThat(read.limit()).as("10 of 11, 3 of them reserved").isEqualTo(7);
  }
}
