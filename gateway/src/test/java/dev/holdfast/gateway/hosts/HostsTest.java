package dev.holdfast.gateway.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.time.ManualLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names on a clock that the test moves, with a resolver that says what the test wants. */
class HostsTest {
  private final ManualLoop loop = new ManualLoop();
  private final ArrayDeque<Runnable> lookups = new ArrayDeque<>();
  private final Map<String, String[]> zone = new HashMap<>();
  private int asked;
  private final Hosts hosts =
      new Hosts(loop, lookups::add, this::lookup, Duration.ofSeconds(10), () -> {});

  private InetAddress[] lookup(String host) throws UnknownHostException {
    asked++;
    String[] found = zone.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    return Arrays.stream(found).map(HostsTest::address).toArray(InetAddress[]::new);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void run() {
    loop.run();
    while (!lookups.isEmpty()) {
      lookups.remove().run();
      loop.run();
    }
  }

  private void pass(long seconds) {
    for (long i = 0; i < seconds; i++) {
      loop.pass(Duration.ofSeconds(1));
      run();
    }
  }

  private String app() {
    InetAddress address = hosts.address("app");
    return address == null ? null : address.getHostAddress();
  }

  @Test
  void aLiteralIsKnownAtOnce() {
    hosts.want(Set.of("10.0.0.1", "::1"));
    assertThat(hosts.address("10.0.0.1")).isEqualTo(address("10.0.0.1"));
    assertThat(hosts.address("::1")).isEqualTo(address("::1"));
    run();
    assertThat(asked).isZero();
  }

  @Test
  void whicheverOrderTheAnswerHasAllNodesTakeTheSameAddress() {
    zone.put("app", new String[] {"2001:db8::1", "10.0.0.9", "10.0.0.10", "9.255.255.255"});
    hosts.want(Set.of("app"));
    assertThat(app()).isNull();
    run();
    assertThat(app()).isEqualTo("9.255.255.255");
  }

  @Test
  void aNameWithIpv6AloneIsUsedByThat() {
    zone.put("app", new String[] {"2001:db8::2", "2001:db8::1"});
    hosts.want(Set.of("app"));
    run();
    assertThat(hosts.address("app")).isEqualTo(address("2001:db8::1"));
  }

  @Test
  void theAddressInUseStaysWhileTheNameHasIt() {
    zone.put("app", new String[] {"10.0.0.5"});
    hosts.want(Set.of("app"));
    run();
    zone.put("app", new String[] {"10.0.0.1", "10.0.0.5"});
    pass(10);
    assertThat(app()).isEqualTo("10.0.0.5");
    zone.put("app", new String[] {"10.0.0.7", "10.0.0.2"});
    pass(10);
    assertThat(app()).isEqualTo("10.0.0.2");
  }

  @Test
  void aFailedLookupKeepsTheLastAnswer() {
    zone.put("app", new String[] {"10.0.0.5"});
    hosts.want(Set.of("app"));
    run();
    zone.clear();
    pass(3600);
    assertThat(app()).isEqualTo("10.0.0.5");
  }

  @Test
  void aNameThatNeverHadAnAddressIsAskedForEverySecond() {
    hosts.want(Set.of("app"));
    run();
    pass(5);
    assertThat(asked).isEqualTo(6);
    zone.put("app", new String[] {"10.0.0.5"});
    pass(1);
    assertThat(app()).isEqualTo("10.0.0.5");
    int before = asked;
    pass(10);
    assertThat(asked).isEqualTo(before + 1);
  }

  @Test
  void whereAnAddressDoesNotServeTheNextIsUsed() {
    zone.put("app", new String[] {"10.0.0.1", "2001:db8::1"});
    hosts.want(Set.of("app"));
    run();
    hosts.failed("app", address("10.0.0.1"));
    run();
    assertThat(hosts.address("app")).isEqualTo(address("2001:db8::1"));
    hosts.failed("app", address("10.0.0.1"));
    run();
    assertThat(hosts.address("app"))
        .as("that one is not in use any more")
        .isEqualTo(address("2001:db8::1"));
    hosts.failed("app", address("2001:db8::1"));
    run();
    assertThat(app()).isEqualTo("10.0.0.1");
    hosts.failed("unheard-of", address("10.0.0.1"));
    run();
  }

  @Test
  void aNameIsAskedForOnceAtATimeAndHoldsUpNoOther() {
    zone.put("slow", new String[] {"10.0.0.1"});
    zone.put("app", new String[] {"10.0.0.2"});
    hosts.want(Set.of("slow"));
    loop.run();
    Runnable hanging = lookups.remove();
    hosts.want(Set.of("slow", "app"));
    pass(60);
    assertThat(app()).isEqualTo("10.0.0.2");
    assertThat(hosts.address("slow")).isNull();
    hanging.run();
    run();
    assertThat(hosts.address("slow")).isEqualTo(address("10.0.0.1"));
  }

  @Test
  void aNameThatIsNotWantedIsForgotten() {
    zone.put("app", new String[] {"10.0.0.1"});
    hosts.want(Set.of("app"));
    loop.run();
    hosts.want(Set.of("10.0.0.9"));
    run();
    assertThat(app()).isNull();
    assertThat(hosts.address("10.0.0.9")).isNotNull();
    pass(20);
    assertThat(asked).isEqualTo(1);
  }
}
