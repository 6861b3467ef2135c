package dev.holdfast.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessListTest {
  private static List<Cidr> networks(String... texts) {
    return Stream.of(texts).map(Cidr::parse).toList();
  }

  private static boolean allows(AccessList list, String address) {
    return list.allows(Source.parse(address));
  }

  @Test
  void theLongestMatchDecides() {
    AccessList list = new AccessList(networks("0.0.0.0/0", "10.1.2.0/24"), networks("10.0.0.0/8"));
    assertThat(allows(list, "192.0.2.1")).isTrue();
    assertThat(allows(list, "10.1.1.1")).isFalse();
    assertThat(allows(list, "10.1.2.3")).isTrue();
  }

  @Test
  void denyWinsATie() {
    AccessList list = new AccessList(networks("10.0.0.0/8"), networks("10.0.0.0/8"));
    assertThat(allows(list, "10.1.1.1")).isFalse();
  }

  @Test
  void whoIsInNoNetworkIsDenied() {
    AccessList list = new AccessList(networks("10.0.0.0/8"), List.of());
    assertThat(allows(list, "192.0.2.1")).isFalse();
    assertThat(allows(list, "2001:db8::1")).isFalse();
  }

  @Test
  void aMappedAddressIsTheIpv4Address() {
    AccessList list = new AccessList(networks("::/0", "10.0.0.0/8"), List.of());
    assertThat(allows(list, "::ffff:10.1.1.1")).isTrue();
    assertThat(allows(list, "::ffff:192.0.2.1")).isFalse();
    assertThat(allows(list, "2001:db8::1")).isTrue();
  }

  /** The same, by looking at every network. */
  private static boolean plainly(List<Cidr> allow, List<Cidr> deny, Source address) {
    int best = -1;
    boolean verdict = false;
    for (Cidr network : allow) {
      if (network.contains(address) && network.prefix() > best) {
        best = network.prefix();
        verdict = true;
      }
    }
    for (Cidr network : deny) {
      if (network.contains(address) && network.prefix() >= best) {
        best = network.prefix();
        verdict = false;
      }
    }
    return verdict;
  }

  /** Addresses of few bits that vary, so that networks hold, touch and repeat each other. */
  private static Source address(SplittableRandom random) {
    if (random.nextBoolean()) {
      return Source.v4(random.nextInt(8) == 0 ? 0xffff_ffffL : random.nextInt(512) << 4, 32);
    }
    long edge = random.nextInt(8) == 0 ? -1L : 0L;
    return new Source(edge | random.nextInt(16), edge | random.nextInt(256));
  }

  private static List<Cidr> networks(SplittableRandom random) {
    List<Cidr> networks = new ArrayList<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      Source address = address(random);
      int prefix = random.nextInt(address.isV4() ? 33 : 129);
      networks.add(new Cidr(address.cut(prefix, prefix), prefix));
    }
    return networks;
  }

  @Test
  void decidesAsLookingAtEveryNetworkDoes() {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      List<Cidr> allow = networks(random);
      List<Cidr> deny = networks(random);
      AccessList list = new AccessList(allow, deny);
      for (int i = 0; i < 100; i++) {
        Source address = address(random);
        assertThat(list.allows(address))
            .as("seed=%d %s allow=%s deny=%s", seed, address, allow, deny)
            .isEqualTo(plainly(allow, deny, address));
      }
    }
  }
}
