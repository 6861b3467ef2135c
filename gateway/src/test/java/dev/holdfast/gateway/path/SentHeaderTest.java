package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.config.PoolConfig.ProxyProtocol;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that are told who a client is, through both relays, and by checks. */
class SentHeaderTest extends HeaderScene {
  /** 10.1.2.3 4711 10.9.9.9 443. */
  private static final String ENDS = "0a0102030a090909126701bb";

  @ParameterizedTest
  @EnumSource
  void aLineGoesFirstAndCountsNowhere(Way way) throws Exception {
    gateway.sendHeader = ProxyProtocol.V1;
    start(way);
    End client = direct().say("hello");
    int port = client.socket.getLocalPort();
    String line = "PROXY TCP4 127.0.0.2 127.0.0.1 " + port + " " + gateway.address().getPort();
    End server = accepted().hear(line + "\r\nhello").say("hi");
    client.hear("hi");
    assertThat(session().bytesIn()).isEqualTo(5);
    bothEnd(client, server);
    assertThat(gateway.counts().bytesIn()).isEqualTo(5);
    assertThat(logged(1).get(0)).contains(" 5/2 -- ");
  }

  @ParameterizedTest
  @EnumSource
  void aBlockNamesSessionAndNode(Way way) throws Exception {
    gateway.sendHeader = ProxyProtocol.V2;
    start(way);
    End client = direct();
    End server = accepted(); // which speaks first, or nobody does
    Wait.until("it is there", () -> gateway.path.size() == 1);
    server.hear(block(ends(client), field(0x05, id()), field(0xe8, "gw-1")));
    bothEnd(client, server);
  }

  @ParameterizedTest
  @EnumSource
  void whatCameIsPassedOnInOneSegmentWithTheFirstBytes(Way way) throws Exception {
    gateway.sendHeader = ProxyProtocol.V2;
    start(way);
    String id = field(0x05, "ID-1");
    String rest = field(0x02, "a.example") + field(0x20, "\1\0\0\0\0") + field(0xea, "\1vpce-1");
    End client = proxy().say(block(ENDS, rest, id)).say("x");
    End server = accepted();
    Wait.until("it is there", () -> gateway.path.size() == 1);
    server.hear(block(ENDS, field(0x05, id()), field(0xe8, "gw-1"), rest)).hear("x");
    assertThat(session().told().uniqueId()).isEqualTo("ID-1");
    assertThat(session().proxy()).isEqualTo(client.socket.getLocalSocketAddress());
    bothEnd(client, server);
    assertThat(logged(1).get(0)).contains(" unique-id=ID-1 authority=a.example");
    client = proxy().say(new String(block(ENDS), StandardCharsets.ISO_8859_1) + "in one");
    server = accepted();
    Wait.until("it is there", () -> gateway.path.size() == 1);
    byte[] header = block(ENDS, field(0x05, id()), field(0xe8, "gw-1"));
    byte[] first = new byte[header.length + "in one".length()];
    assertThat(server.socket.getInputStream().read(first)).isEqualTo(first.length);
    bothEnd(client, server);
  }

  @ParameterizedTest
  @EnumSource
  void anAddressThatCameAsALineGoesOnAsABlockAndTheOtherWayRound(Way way) throws Exception {
    gateway.sendHeader = ProxyProtocol.V2;
    start(way);
    End client = proxy().say("PROXY TCP6 2001:db8::1 ::1 1 2\r\n");
    End server = accepted();
    Wait.until("it is there", () -> gateway.path.size() == 1);
    String rest = field(0x05, id()) + field(0xe8, "gw-1");
    server.hear(
        hex(
            SIGNATURE,
            "2121",
            String.format("%04x", 36 + rest.length() / 2),
            "20010db8000000000000000000000001" + "00000000000000000000000000000001" + "00010002",
            rest));
    bothEnd(client, server);
    gateway.sendHeader = ProxyProtocol.V1; // live
    Gateway.await(gateway.path.apply(gateway.config()));
    client = proxy().say(block(ENDS));
    bothEnd(client, accepted().hear("PROXY TCP4 10.1.2.3 10.9.9.9 4711 443\r\n"));
  }

  @ParameterizedTest
  @EnumSource
  void bulkBehindAHeaderArrivesWhole(Way way) throws Exception {
    gateway.sendHeader = ProxyProtocol.V1;
    start(way);
    End client = proxy().say("PROXY TCP4 10.1.2.3 10.9.9.9 4711 443\r\n");
    var sent = client.sendAndFinLater(4 << 20, 7);
    End server = accepted().hear("PROXY TCP4 10.1.2.3 10.9.9.9 4711 443\r\n").expect(4 << 20, 7);
    assertThat(server.next()).isEqualTo("FIN");
    server.send(1 << 20, 8).fin();
    client.expect(1 << 20, 8);
    sent.get();
  }

  @Test
  void checksSaySoToo() throws Exception {
    gateway.check = Check.tcp(Duration.ofMillis(100), Duration.ofSeconds(1), 2, 3);
    gateway.sendHeader = ProxyProtocol.V2;
    start(Way.NIO);
    accepted().hear(hex(SIGNATURE, "20000000"));
    gateway.sendHeader = ProxyProtocol.V1;
    Gateway.await(gateway.path.apply(gateway.config()));
    String line = "";
    while (!line.startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 ")) { // else one of before
      byte[] bytes = new byte[64];
      int got = accepted().socket.getInputStream().read(bytes); // it closes by a reset
      line = new String(bytes, 0, Math.max(0, got), StandardCharsets.US_ASCII);
    }
    assertThat(line).endsWith(" " + app.getLocalPort() + "\r\n");
  }

  @Test
  void checksElsewhereSayNothing() throws Exception {
    try (ServerSocket elsewhere = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Check tcp = Check.tcp(Duration.ofMillis(100), Duration.ofSeconds(1), 2, 3);
      gateway.check =
          new Check(
              tcp.type(),
              tcp.timing(),
              tcp.verdict(),
              tcp.passive(),
              elsewhere.getLocalPort(),
              tcp.tls(),
              tcp.http(),
              List.of());
      gateway.sendHeader = ProxyProtocol.V2;
      start(Way.NIO);
      assertThat(opened(new End(elsewhere.accept())).next()).isIn("FIN", "RESET");
    }
  }
}
