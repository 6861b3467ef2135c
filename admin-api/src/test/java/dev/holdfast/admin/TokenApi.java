package dev.holdfast.admin;

import dev.holdfast.admin.contract.Contract;
import dev.holdfast.config.NodeSettings;
import dev.holdfast.words.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The API of a {@link FakeCluster} behind two tokens, which are the names of their roles. */
public final class TokenApi implements AutoCloseable {
  /** What it is about. */
  public final FakeCluster cluster = new FakeCluster();

  final Vertx vertx = Vertx.vertx();
  final Contract contract = Contract.load(vertx).await();
  private final AdminVerticle verticle;

  /**
   * Starts it.
   *
   * @param dir for the tokens file
   */
  public TokenApi(Path dir) throws IOException {
    Path tokens = dir.resolve("tokens.yaml");
    Files.writeString(tokens, token("viewer") + token("operator"));
    verticle =
        new AdminVerticle(
            new NodeSettings.Admin(new HostPort("127.0.0.1", 0), tokens, null),
            null,
            Future.succeededFuture(contract),
            cluster.calls(),
            new GoodSignals(),
            () -> Future.succeededFuture("holdfast_x 1\n"));
    vertx.deployVerticle(verticle).await();
  }

  private static String token(String role) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(role.getBytes(StandardCharsets.UTF_8));
      return "- { name: %s, role: %s, sha256: \"%s\" }\n"
          .formatted(role, role, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Where it listens on 127.0.0.1. */
  public int port() {
    return verticle.port();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
