package dev.holdfast.gateway;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    System.exit(64);
  }
}
