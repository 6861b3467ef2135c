package dev.holdfast.gateway.health;

/** What came of a check, in the words of HAProxy's statistics page. */
public enum CheckCode {
  /** Not checked yet. */
  INI("Not checked yet", false, false),
  /** This node had no socket for it, or no file that it needs: that says nothing of the server. */
  SOCKERR("Error on this node", false, false),
  /** Its name has no address yet. */
  NOADDR("No address", false, true),
  /** Connected. */
  L4OK("Layer4 check passed", true, true),
  /** Not connected in time. */
  L4TOUT("Layer4 timeout", false, true),
  /** Refused or not reachable. */
  L4CON("Layer4 connection problem", false, true),
  /** TLS handshake done. */
  L6OK("Layer6 check passed", true, true),
  /** No TLS handshake in time. */
  L6TOUT("Layer6 timeout", false, true),
  /** The TLS handshake failed. */
  L6RSP("Layer6 invalid response", false, true),
  /** It said what it should. */
  L7OK("Layer7 check passed", true, true),
  /** It did not answer in time. */
  L7TOUT("Layer7 timeout", false, true),
  /** It answered something else. */
  L7RSP("Layer7 invalid response", false, true),
  /** It answered with another status. */
  L7STS("Layer7 wrong status", false, true),
  /** Sessions failed at it, one after the other. */
  HANA("Sessions failed", false, true);

  private final String words;
  private final boolean good;
  private final boolean counts;

  CheckCode(String words, boolean good, boolean counts) {
    this.words = words;
    this.good = good;
    this.counts = counts;
  }

  /** The same for people. */
  public String words() {
    return words;
  }

  /** True if the server is well. */
  public boolean good() {
    return good;
  }

  /** True if it says something of the server. */
  public boolean counts() {
    return counts;
  }
}
