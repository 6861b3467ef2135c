package dev.holdfast.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.Check;
import dev.holdfast.config.PoolConfig.ProxyProtocol;
import dev.holdfast.gateway.header.Declared;
import dev.holdfast.gateway.header.HeaderReader;
import dev.holdfast.gateway.header.HeaderReading;
import dev.holdfast.gateway.header.HeaderWriter;
import dev.holdfast.gateway.header.Told;
import dev.holdfast.gateway.health.Certificates;
import dev.holdfast.gateway.health.CheckCode;
import dev.holdfast.gateway.health.CheckResult;
import dev.holdfast.system.FreePorts;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PROXY headers from and to HAProxy and nginx, as Debian has them. */
class HeaderPeersIT extends HeaderScene {
  private static final String CLIENT = "127.0.0.9";

  private End through(int port) throws IOException {
    return opened(End.connect(new InetSocketAddress("127.0.0.1", port), CLIENT));
  }

  private void isWhoItIs(End client, End server) throws Exception {
    server.hear("hello").say("hi");
    client.hear("hi");
    assertThat(session().client())
        .isEqualTo(new InetSocketAddress(CLIENT, client.socket.getLocalPort()));
    assertThat(session().bytesIn()).isEqualTo(5);
    bothEnd(client, server);
    assertThat(routed).containsOnly(Source.parse(CLIENT));
  }

  // ---------------------------------------------------------------- in front

  @ParameterizedTest
  @EnumSource
  void haproxyInFront(Way way) throws Exception {
    start(way);
    int at = gateway.address().getPort();
    int one = FreePorts.one();
    int two = FreePorts.one();
    int sums = FreePorts.one();
    opened(
        Peer.haproxy(
            folder,
            """
            listen one
              bind 127.0.0.1:%d
              server s 127.0.0.1:%d send-proxy
            listen two
              bind 127.0.0.1:%d
              server s 127.0.0.1:%d send-proxy-v2
            listen sums
              bind 127.0.0.1:%d
              unique-id-format id-%%cp
              server s 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c,unique-id
            """
                .formatted(one, at, two, at, sums, at)));
    for (int port : new int[] {one, two, sums}) {
      End client = through(port).say("hello");
      isWhoItIs(client, accepted());
    }
    String last = logged(3).get(2);
    assertThat(last).contains(" proxy=127.0.0.1:").contains(" unique-id=id-");
    assertThat(gateway.counts().denied()).isEmpty();
  }

  @Test
  void haproxyChecksThroughUs() throws Exception {
    start(Way.EPOLL);
    int port = FreePorts.one();
    opened(
        Peer.haproxy(
            folder,
            """
            listen checked
              bind 127.0.0.1:%d
              option tcp-check
              tcp-check send ping
              tcp-check expect string pong
              server s 127.0.0.1:%d send-proxy-v2 check inter 2s
            """
                .formatted(port, gateway.address().getPort())));
    End check = accepted().hear("ping");
    assertThat(session().source()).isEqualTo(Source.parse("127.0.0.1")); // LOCAL, or its own ends
    check.say("pong");
    assertThat(check.next()).isIn("FIN", "RESET");
    assertThat(gateway.counts().denied()).isEmpty();
  }

  @Test
  void whatHaproxyKnowsOfTlsComesThrough() throws Exception {
    gateway.sendHeader = ProxyProtocol.V2;
    start(Way.EPOLL);
    Certificates.Pair pair = Certificates.make(folder, "a", "a.example");
    int port = FreePorts.one();
    opened(
        Peer.haproxy(
            folder,
            """
            listen tls
              bind 127.0.0.1:%d ssl crt %s ca-file %s verify optional alpn chat
              server s 127.0.0.1:%d send-proxy-v2-ssl-cn proxy-v2-options ssl,cert-cn,cert-key,cert-sig,ssl-cipher,authority,crc32c
            """
                .formatted(port, pair.keyed(), pair.pem(), gateway.address().getPort())));
    SSLSocket socket = (SSLSocket) pair.client().getSocketFactory().createSocket();
    socket.bind(new InetSocketAddress(CLIENT, 0));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("a.example")));
    parameters.setApplicationProtocols(new String[] {"chat"});
    socket.setSSLParameters(parameters);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    End client = opened(new End(socket)).say("hello");
    End server = accepted();
    HeaderReading.Whole header = header(server);
    Declared declared = header.declared();
    assertThat(declared.client()).isEqualTo(Source.parse(CLIENT));
    Told told = declared.told();
    assertThat(told.authority()).isEqualTo("a.example");
    assertThat(told.tls()).isEqualTo("TLSv1.3");
    assertThat(told.commonName()).isEqualTo("a.example");
    assertThat(told.uniqueId()).isEqualTo(id());
    server.hear("hello");
    client.socket.close();
    server.socket.close();
    assertThat(logged(1).get(0))
        .contains(" authority=a.example")
        .contains(" tls=TLSv1.3 common-name=a.example");
  }

  /** Reads the header of a server's connection and nothing behind it. */
  private static HeaderReading.Whole header(End server) throws IOException {
    byte[] bytes = {};
    while (HeaderReader.read(bytes) instanceof HeaderReading.Part) {
      bytes = java.util.Arrays.copyOf(bytes, bytes.length + 1);
      bytes[bytes.length - 1] = server.socket.getInputStream().readNBytes(1)[0];
    }
    return (HeaderReading.Whole) HeaderReader.read(bytes);
  }

  @Test
  void haproxysBytesAreOurs() throws Exception {
    int one = FreePorts.one();
    int two = FreePorts.one();
    int named = FreePorts.one();
    int at = app.getLocalPort();
    opened(
        Peer.haproxy(
            folder,
            """
            listen one
              bind 127.0.0.1:%d
              server s 127.0.0.1:%d send-proxy
            listen two
              bind 127.0.0.1:%d
              server s 127.0.0.1:%d send-proxy-v2
            listen named
              bind 127.0.0.1:%d
              unique-id-format gw-1~1
              server s 127.0.0.1:%d send-proxy-v2 proxy-v2-options unique-id
            """
                .formatted(one, at, two, at, named, at)));
    End client = through(one).say("x");
    Declared ends =
        Declared.of(
            (InetSocketAddress) client.socket.getLocalSocketAddress(),
            (InetSocketAddress) client.socket.getRemoteSocketAddress());
    accepted().hear(HeaderWriter.v1(ends)).hear("x");
    client = through(two).say("x");
    accepted().hear(block(ends(client))).hear("x");
    client = through(named).say("x");
    accepted().hear(block(ends(client), field(0x05, "gw-1~1"))).hear("x");
  }

  @ParameterizedTest
  @EnumSource
  void nginxInFront(Way way) throws Exception {
    start(way);
    int port = FreePorts.one();
    String server = "server { listen 127.0.0.1:%d; proxy_pass 127.0.0.1:%d; proxy_protocol on; }";
    opened(Peer.nginx(folder, server.formatted(port, gateway.address().getPort())));
    isWhoItIs(through(port).say("hello"), accepted());
    assertThat(gateway.counts().denied()).isEmpty();
  }

  // ---------------------------------------------------------------- behind

  private End direct(Way way, int port) throws Exception {
    start(way, port);
    return opened(End.connect(gateway.address(), CLIENT));
  }

  /** All that comes; the client goes then. */
  private static String answer(End client) throws IOException {
    byte[] all = client.socket.getInputStream().readAllBytes();
    client.close();
    return new String(all, StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @EnumSource
  void haproxyBehindUnderstandsAll(Way way) throws Exception {
    int web = FreePorts.one();
    int on = FreePorts.one();
    opened(
        Peer.haproxy(
            folder,
            """
            frontend web
              mode http
              bind 127.0.0.1:%d accept-proxy
              http-request return status 200 content-type text/plain lf-string "%%[src] %%[src_port] %%[dst] %%[dst_port] %%[fc_pp_unique_id] %%[fc_pp_authority]."
            listen on
              bind 127.0.0.1:%d accept-proxy
              server s 127.0.0.1:%d send-proxy
            """
                .formatted(web, on, app.getLocalPort())));
    String get = "GET / HTTP/1.0\r\n\r\n";
    gateway.sendHeader = ProxyProtocol.V2;
    End client = direct(way, web).say(get);
    int port = client.socket.getLocalPort();
    int at = gateway.address().getPort();
    assertThat(answer(client))
        .contains("\r\n\r\n" + CLIENT + " " + port + " 127.0.0.1 " + at + " gw-1~")
        .endsWith(" .");
    client = proxy();
    client.say(block(ends(client), field(0x02, "a.example"), field(0x05, "its own"))).say(get);
    assertThat(answer(client)).contains(" gw-1~").endsWith(" a.example.");
    gateway.sendHeader = ProxyProtocol.V1;
    Gateway.await(gateway.path.apply(gateway.config()));
    client = proxy().say("PROXY TCP6 2001:db8::1 2001:db8::2 11 22\r\n").say(get);
    assertThat(answer(client)).endsWith("\r\n\r\n2001:db8::1 11 2001:db8::2 22  .");
    gateway.settle();
    gateway.servers.clear();
    gateway.server("app-1", new InetSocketAddress("127.0.0.1", on));
    Gateway.await(gateway.path.apply(gateway.config()));
    String line = "PROXY TCP4 10.1.2.3 10.9.9.9 4711 443\r\n";
    client = proxy().say(line).say("hello");
    End server = accepted().hear(line + "hello").say("hi");
    client.hear("hi");
    bothEnd(client, server);
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void haproxyBehindTakesOurChecks(ProxyProtocol version) throws Exception {
    int web = FreePorts.one();
    opened(
        Peer.haproxy(
            folder,
            """
            frontend web
              mode http
              bind 127.0.0.1:%d accept-proxy
              http-request return status 200
            """
                .formatted(web)));
    Check tcp = Check.tcp(Duration.ofMillis(100), Duration.ofSeconds(1), 1, 1);
    Check http =
        new Check(
            Check.Type.HTTP,
            tcp.timing(),
            tcp.verdict(),
            tcp.passive(),
            null,
            tcp.tls(),
            tcp.http(),
            List.of());
    gateway.check = http;
    gateway.sendHeader = version;
    start(Way.EPOLL, web);
    Wait.until("checked", () -> last() != null);
    assertThat(last().code()).as(last().words()).isEqualTo(CheckCode.L7OK);
    gateway.sendHeader = ProxyProtocol.NONE; // then it must fail: the header made it good
    Gateway.await(gateway.path.apply(gateway.config()));
    Wait.until("fails", () -> last().code() != CheckCode.L7OK);
  }

  private CheckResult last() {
    return gateway.path.health().last(Gateway.POOL, new ServerName("app-1"));
  }

  @ParameterizedTest
  @EnumSource
  void nginxBehindUnderstandsBoth(Way way) throws Exception {
    int port = FreePorts.one();
    String server =
        "server { listen 127.0.0.1:%d proxy_protocol;"
            + " return \"$proxy_protocol_addr $proxy_protocol_port"
            + " $proxy_protocol_server_addr $proxy_protocol_server_port.\"; }";
    opened(Peer.nginx(folder, server.formatted(port)));
    gateway.sendHeader = ProxyProtocol.V1;
    End client = direct(way, port);
    int at = gateway.address().getPort();
    String ends = CLIENT + " " + client.socket.getLocalPort() + " 127.0.0.1 " + at + ".";
    assertThat(answer(client)).isEqualTo(ends);
    gateway.sendHeader = ProxyProtocol.V2;
    Gateway.await(gateway.path.apply(gateway.config()));
    client = proxy().say(block("0a0102030a090909126701bb", field(0x02, "a.example")));
    assertThat(answer(client)).isEqualTo("10.1.2.3 4711 10.9.9.9 443.");
  }
}
