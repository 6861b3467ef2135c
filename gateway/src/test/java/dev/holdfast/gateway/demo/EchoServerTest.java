package dev.holdfast.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.words.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EchoServerTest {
  private EchoServer server;
  private CompletableFuture<Void> served;

  @BeforeEach
  void start() throws IOException {
    server = new EchoServer("app-1", new HostPort("127.0.0.1", 0));
    served =
        CompletableFuture.runAsync(
            () -> {
              try {
                server.serve();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    served.get(5, TimeUnit.SECONDS);
  }

  private Socket client() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void saysItsNameThenEchoesThenClosesAfterTheClient() throws Exception {
    try (Socket client = client()) {
      client.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("app-1 ready\nhello\n");
    }
  }

  @Test
  void bringsBackWhatASlowReaderSent() throws Exception {
    long seed = System.nanoTime();
    byte[] sent = new byte[8 << 20];
    new Random(seed).nextBytes(sent);
    try (Socket client = client()) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.getOutputStream().write(sent);
                  client.shutdownOutput();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      InputStream in = client.getInputStream();
      byte[] greeting = in.readNBytes("app-1 ready\n".length());
      assertThat(new String(greeting, StandardCharsets.UTF_8)).isEqualTo("app-1 ready\n");
      byte[] got = in.readAllBytes();
      assertThat(Arrays.equals(got, sent)).as("seed=%d length=%d", seed, got.length).isTrue();
      writing.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aResetOfOneClientCostsTheOthersNothing() throws Exception {
    try (Socket good = client()) {
      Socket bad = client();
      bad.setSoLinger(true, 0);
      bad.close();
      good.getOutputStream().write('x');
      assertThat(new String(good.getInputStream().readNBytes(13), StandardCharsets.UTF_8))
          .isEqualTo("app-1 ready\nx");
    }
  }

  @Test
  void doesNotShareAPort() throws IOException {
    HostPort taken = new HostPort("127.0.0.1", server.port());
    assertThatThrownBy(() -> new EchoServer("app-2", taken)).isInstanceOf(IOException.class);
  }
}
