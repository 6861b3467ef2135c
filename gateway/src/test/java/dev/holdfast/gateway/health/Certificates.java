package dev.holdfast.gateway.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that sign themselves, made by the JDK's tool. */
public final class Certificates {
  private static final char[] SECRET = "secret".toCharArray();

  private Certificates() {}

  /**
   * A certificate and its key.
   *
   * @param context of a server that has them
   * @param pem file with the certificate
   * @param keyed file with the certificate and its key
   * @param client context of a client that has them and trusts nobody else
   */
  public record Pair(SSLContext context, String pem, String keyed, SSLContext client) {}

  /** Makes both in a folder, for a name. */
  public static Pair make(Path folder, String file, String name) throws Exception {
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
    String certificate = armoured("CERTIFICATE", keys.getCertificate("a").getEncoded());
    Files.writeString(pem, certificate);
    Path keyed = folder.resolve(file + "-keyed.pem");
    String key = armoured("PRIVATE KEY", keys.getKey("a", SECRET).getEncoded());
    Files.writeString(keyed, certificate + key);
    return new Pair(context, pem.toString(), keyed.toString(), client(keys, managers));
  }

  private static SSLContext client(KeyStore keys, KeyManagerFactory managers) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", keys.getCertificate("a"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static String armoured(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }
}
