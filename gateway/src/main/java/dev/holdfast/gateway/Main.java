package dev.holdfast.gateway;

import dev.holdfast.gateway.cli.Cli;
import dev.holdfast.gateway.cli.Console;
import dev.holdfast.gateway.node.NodeProcess;
import java.security.Security;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    // what the system's resolver said is kept by those who asked, and asked again in time
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    Console console = Console.ofThisProcess();
    System.exit(
        new Cli(
                console,
                Main.class,
                (settings, again) ->
                    new NodeProcess(settings, again, version(), console.err()).run())
            .execute(args));
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
