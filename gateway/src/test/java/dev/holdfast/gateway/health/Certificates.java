package dev.holdfast.gateway.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates that sign themselves, made by the JDK's tool. */
final class Certificates {
  private static final char[] SECRET = "secret".toCharArray();

  private Certificates() {}

  /**
   * A certificate and its key.
   *
   * @param context of a server that has them
   * @param pem file with the certificate
   */
  record Pair(SSLContext context, String pem) {}

  static Pair make(Path folder, String file, String name) throws Exception {
    Path store = folder.resolve(file + ".p12");
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    tool,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    "a",
                    "-dname",
                    "CN=" + name,
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    "secret",
                    "-keystore",
                    store.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), SECRET);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SECRET);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    Path pem = folder.resolve(file + ".pem");
    String text = Base64.getMimeEncoder().encodeToString(keys.getCertificate("a").getEncoded());
    Files.writeString(
        pem, "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    return new Pair(context, pem.toString());
  }
}
