package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Cidr;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.words.Refusal;
import dev.holdfast.words.Source;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients behind a proxy that says who they are, through both relays. */
class ProxyHeaderTest extends HeaderScene {
  private static final String LINE = "PROXY TCP4 10.1.2.3 10.9.9.9 4711 443\r\n";

  /** PROXY, TCP over IPv4, 10.1.2.3 4711 10.9.9.9 443; unique id ID-1, authority a.example. */
  private static final byte[] BLOCK =
      HexFormat.of()
          .parseHex(
              "0d0a0d0a000d0a515549540a2111001f0a0102030a090909126701bb"
                  + "05000449442d31"
                  + "020009612e6578616d706c65");

  private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

  @ParameterizedTest
  @EnumSource
  void aLineSaysWhoTheClientIs(Way way) throws Exception {
    start(way);
    End client = proxy().say(LINE + "hello");
    End server = accepted().hear("hello").say("hi");
    client.hear("hi");
    SessionView session = session();
    assertThat(session.client()).isEqualTo(new InetSocketAddress("10.1.2.3", 4711));
    assertThat(session.source()).isEqualTo(Source.parse("10.1.2.3"));
    assertThat(session.bytesIn()).isEqualTo(5);
    assertThat(routed).containsOnly(Source.parse("10.1.2.3"));
    bothEnd(client, server);
    assertThat(gateway.counts().bytesIn()).isEqualTo(5);
    assertThat(logged(1).get(0))
        .startsWith("10.1.2.3:4711 [")
        .contains(" 5/2 -- ")
        .contains(" source=10.1.2.3 ");
  }

  @ParameterizedTest
  @EnumSource
  void aBlockMayComeByteByByte(Way way) throws Exception {
    start(way);
    End client = proxy();
    for (byte b : BLOCK) {
      client.say(new byte[] {b});
    }
    client.say("x");
    End server = accepted().hear("x").say("y");
    client.hear("y");
    assertThat(session().client()).isEqualTo(new InetSocketAddress("10.1.2.3", 4711));
    bothEnd(client, server);
    assertThat(gateway.counts().bytesIn()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void theServerMaySpeakFirst(Way way) throws Exception {
    start(way);
    End client = proxy().say(BLOCK);
    End server = accepted().say("220 ready");
    client.hear("220 ready");
    bothEnd(client, server);
  }

  @ParameterizedTest
  @EnumSource
  void bulkBehindTheHeaderArrivesWhole(Way way) throws Exception {
    start(way);
    End client = proxy().say(BLOCK);
    var sent = client.sendAndFinLater(4 << 20, 7);
    End server = accepted().expect(4 << 20, 7);
    assertThat(server.next()).isEqualTo("FIN");
    server.send(1 << 20, 8).fin();
    client.expect(1 << 20, 8);
    assertThat(client.next()).isEqualTo("FIN");
    sent.get();
    gateway.settle();
    assertThat(gateway.counts().bytesIn()).isEqualTo(4 << 20);
  }

  @ParameterizedTest
  @EnumSource
  void headerDataAndEndInOneSegment(Way way) throws Exception {
    start(way);
    End client = proxy().say(LINE + "all").fin();
    End server = accepted().hear("all");
    assertThat(server.next()).isEqualTo("FIN");
    server.say("answer").fin();
    client.hear("answer");
    assertThat(client.next()).isEqualTo("FIN");
  }

  @ParameterizedTest
  @EnumSource
  void aCheckOfTheProxyIsItsOwn(Way way) throws Exception {
    start(way);
    End client = proxy().say(LOCAL).say("x");
    End server = accepted().hear("x");
    SessionView session = session();
    assertThat(session.client().getPort()).isEqualTo(client.socket.getLocalPort());
    assertThat(session.source()).isEqualTo(Source.parse("127.0.0.1"));
    bothEnd(client, server);
    End other = proxy().say("PROXY UNKNOWN\r\n").say("y");
    bothEnd(other, accepted().hear("y"));
    assertThat(routed).containsOnly(Source.parse("127.0.0.1"));
  }

  @ParameterizedTest
  @EnumSource
  void ofOthersTheBytesAreData(Way way) throws Exception {
    start(way);
    End client = opened(End.connect(gateway.address(), "127.0.0.2")).say(LINE);
    End server = accepted().hear(LINE);
    assertThat(session().client().getAddress().getHostAddress()).isEqualTo("127.0.0.2");
    bothEnd(client, server);
    assertThat(gateway.counts().bytesIn()).isEqualTo(LINE.length());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoHeaderCostsItsConnection(Way way) throws Exception {
    start(way);
    assertThat(proxy().say("S").next()).isEqualTo("RESET");
    assertThat(proxy().say("PROXY TCP4 1.2.3.4\r\n").next()).isEqualTo("RESET");
    byte[] large = BLOCK.clone();
    large[14] = (byte) 0xff;
    assertThat(proxy().say(large).next()).isEqualTo("RESET");
    gateway.settle();
    assertThat(gateway.counts().denied()).containsEntry(Refusal.BAD_HEADER, 3L);
    assertThat(routed).isEmpty();
    assertThat(logged(3)).allMatch(line -> line.contains(" PR ") && line.contains("=bad-header"));
  }

  @ParameterizedTest
  @EnumSource
  void listsAndLimitsAreForWhomTheHeaderNames(Way way) throws Exception {
    gateway.deny = List.of(Cidr.parse("127.0.0.1/32"), Cidr.parse("10.66.0.0/16"));
    gateway.limits = new ListenerConfig.Limits(null, 1L, null, 0, Duration.ofSeconds(5));
    start(way);
    End first = proxy().say("PROXY TCP4 10.0.0.1 10.9.9.9 1 2\r\nx");
    End server = accepted().hear("x");
    End second = proxy().say("PROXY TCP4 10.0.0.2 10.9.9.9 1 2\r\ny");
    End secondServer = accepted().hear("y");
    assertThat(proxy().say("PROXY TCP4 10.0.0.1 10.9.9.9 3 2\r\n").next()).isEqualTo("RESET");
    assertThat(proxy().say("PROXY TCP4 10.66.0.1 10.9.9.9 3 2\r\n").next()).isEqualTo("RESET");
    assertThat(proxy().say(LOCAL).next()).isEqualTo("RESET"); // of the proxy itself
    assertThat(gateway.counts().denied())
        .containsEntry(Refusal.SOURCE_LIMIT, 1L)
        .containsEntry(Refusal.ACL, 2L);
    first.fin();
    assertThat(server.next()).isEqualTo("FIN");
    server.fin();
    second.fin();
    assertThat(secondServer.next()).isEqualTo("FIN");
    secondServer.fin();
  }

  @ParameterizedTest
  @EnumSource
  void aHeaderThatIsLateIsRefusedAndOthersAreNot(Way way) throws Exception {
    gateway.headerTimeout = Duration.ofMillis(200);
    start(way);
    End client = proxy().say(LINE).say("x");
    End server = accepted().hear("x");
    End late = proxy().say(LINE.substring(0, 20));
    assertThat(late.next()).isEqualTo("RESET");
    Wait.until("counted", () -> gateway.counts().ended().getOrDefault("cR", 0L) == 1);
    assertThat(gateway.counts().denied()).containsEntry(Refusal.BAD_HEADER, 1L);
    client.say("still");
    server.hear("still");
    bothEnd(client, server);
  }

  @ParameterizedTest
  @EnumSource
  void whoMustSendOneChangesLive(Way way) throws Exception {
    start(way);
    gateway.headersFrom = List.of();
    Gateway.await(gateway.path.apply(gateway.config()));
    End client = proxy().say(LINE);
    bothEnd(client, accepted().hear(LINE));
    gateway.headersFrom = List.of(Cidr.parse("127.0.0.0/8"));
    Gateway.await(gateway.path.apply(gateway.config()));
    End behind = opened(End.connect(gateway.address(), "127.0.0.7"));
    behind.say((LINE + "z").getBytes(StandardCharsets.US_ASCII));
    bothEnd(behind, accepted().hear("z"));
    assertThat(routed).containsOnly(Source.parse("127.0.0.1"), Source.parse("10.1.2.3"));
  }
}
