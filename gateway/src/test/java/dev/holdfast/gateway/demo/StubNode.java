package dev.holdfast.gateway.demo;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands for a node in the tests of the demo: is ready at once, ends with its parent. */
public final class StubNode {
  private static final Pattern ADMIN = Pattern.compile("admin: \\{ bind: \"127.0.0.1:(\\d+)\" }");

  private static final Pattern MEMBER = Pattern.compile("member: \"127.0.0.1:(\\d+)\"");

  private StubNode() {}

  /**
   * Accepts on the member address, serves health on the admin address, or fails if the word is
   * {@code fail}.
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("fail")) {
      System.err.println("holdfast: the port is in use");
      System.exit(2);
    }
    String text = Files.readString(Path.of(args[1]));
    Matcher member = MEMBER.matcher(text);
    if (member.find()) {
      int port = Integer.parseInt(member.group(1));
      new ServerSocket(port, 10, InetAddress.getByName("127.0.0.1"));
    }
    Matcher admin = ADMIN.matcher(text);
    if (!admin.find()) {
      throw new IllegalArgumentException("no admin address in " + args[1]);
    }
    int port = Integer.parseInt(admin.group(1));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 10);
    server.createContext(
        "/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    Parent.onGone(System.in, () -> Runtime.getRuntime().halt(0));
    server.start();
  }
}
