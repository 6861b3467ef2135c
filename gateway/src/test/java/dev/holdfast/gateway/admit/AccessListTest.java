package dev.holdfast.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.words.Source;
import java.util.List;
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
}
