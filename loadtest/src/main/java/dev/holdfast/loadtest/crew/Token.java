package dev.holdfast.loadtest.crew;

import dev.holdfast.loadtest.words.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a controller and its workers know and nobody else does. */
public final class Token {
  private static final int LEAST = 16;
  private static final int NONCE_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  private Token(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /**
   * Of a text.
   *
   * @throws BadInput if it is too short
   */
  public static Token of(String secret) {
    if (secret.length() < LEAST) {
      throw BadInput.of(
          "token",
          secret.length() + " characters",
          "at least " + LEAST + ", as of openssl rand -hex 16");
    }
    return new Token(secret);
  }

  /**
   * The first line of a file.
   *
   * @throws BadInput if it cannot be read or is too short
   */
  public static Token in(Path file) {
    try {
      return of(Files.readString(file).lines().findFirst().orElse("").strip());
    } catch (IOException e) {
      throw BadInput.of("token-file", file, "a file that can be read");
    }
  }

  /** A text that nobody can guess. */
  public static String random() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What only those who know the token can say of these words. */
  String proof(String... words) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of()
          .formatHex(mac.doFinal(String.join(" ", words).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** True if it is the proof of these words; takes as long whether it is or not. */
  boolean proves(String proof, String... words) {
    return MessageDigest.isEqual(
        proof.getBytes(StandardCharsets.UTF_8), proof(words).getBytes(StandardCharsets.UTF_8));
  }
}
