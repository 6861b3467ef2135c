package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.config.Host;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where this process could listen, as told before a start, on a machine without a free port. */
@Timeout(60)
class BindingTest {
  private static final String HERE = "127.0.0.1";

  @Test
  void anAddressIsOfThisMachineThoughNoPortIsLeft() throws Exception {
    assertThat(Isolated.run(BindingTest.class, "20001 20001")).endsWith("exit 0");
  }

  /** In a network of its own; exits with 0 if all is as it should be. */
  public static void main(String[] args) {
    try (ServerSocket last = new ServerSocket(20_001, 1, InetAddress.getByName(HERE))) {
      assertThatThrownBy(() -> new ServerSocket(0, 1, InetAddress.getByName(HERE)))
          .isInstanceOf(BindException.class);
      assertThat(Host.has(InetAddress.getByName(HERE))).isTrue();
      assertThat(Binding.hindrance(new InetSocketAddress(HERE, 0))).isNull();
      assertThat(Binding.hindrance((InetSocketAddress) last.getLocalSocketAddress()))
          .isEqualTo("a port that is not in use");
      assertThat(Binding.hindrance(new InetSocketAddress("192.0.2.1", 0)))
          .isEqualTo("an address of this machine");
      System.exit(0);
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      System.exit(1);
    }
  }
}
