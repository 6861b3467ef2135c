package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.admin.TokenApi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of the console over the API of a cluster of maps: access, keyboard, barriers. */
@Timeout(60)
class ConsolePageIT {
  @TempDir static Path dir;
  private static TokenApi api;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Browser.installed().isPresent(), "chromium is not installed");
    api = new TokenApi(dir);
    browser = new Browser();
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
      api.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    browser.size(1280, 900, "light");
    browser.open("http://127.0.0.1:" + api.port() + "/");
    browser.value("sessionStorage.clear()");
    browser.open("http://127.0.0.1:" + api.port() + "/");
    browser.await("dialog", "Token");
  }

  private static void use(String token) throws Exception {
    browser.type(token);
    browser.press("Enter");
  }

  @Test
  void aWrongTokenIsNoAccess() throws Exception {
    use("wrong");
    browser.await("dialog .fault", "the token is not known");
    browser.await("#live", "no access");
    browser.await("#tile-sessions .value", "–");
    assertThat(browser.value("localStorage.length + document.cookie.length").intValue()).isZero();
    use("operator");
    browser.await("#live", "live");
    browser.await("#access", "operator");
    browser.await("#tile-sessions .value", "290");
  }

  @Test
  void aViewerSeesAllAndNoButtonThatWouldBeRefused() throws Exception {
    use("viewer");
    browser.await("#access", "viewer");
    browser.await("#tile-sessions .value", "290");
    browser.await("[data-pool=chat] tbody", "app-2");
    assertThat(browser.sees("[aria-label='Drain app-1']")).isFalse();
    assertThat(browser.sees("#rebalance-nodes")).isFalse();
    assertThat(browser.sees("#explain-body button")).isTrue();
    assertThat(browser.faults).isEmpty();
  }

  @Test
  void theKeyboardIsEnough() throws Exception {
    use("operator");
    browser.await("#access", "operator");
    browser.tabTo("[aria-label='Details of app-1']");
    browser.press("Enter");
    browser.await("[data-pool=chat] tr.more", "28,232");
    browser.tabTo("[aria-label='Drain app-1']");
    browser.press("Enter");
    browser.await("dialog", "Drain chat/app-1");
    browser.type("20/s");
    browser.await("dialog .plan-sum", "of the live sessions");
    browser.press("Escape");
    assertThat(browser.sees("dialog")).isFalse();
    assertThat(browser.value("document.activeElement.getAttribute('aria-label')").asText())
        .isEqualTo("Drain app-1");
    assertThat(api.cluster.ordered).isEmpty();
    browser.press("Enter");
    browser.type("20/s");
    browser.await("dialog .plan-sum", "of the live sessions");
    browser.tabTo("dialog button.main");
    browser.press("Space");
    browser.await("#toasts", "has begun");
    assertThat(api.cluster.ordered).hasSize(1);
    api.cluster.ordered.clear();
    browser.tabTo("#explain-body input");
    browser.type("127.0.0.9");
    browser.press("Enter");
    browser.await("#explain-body .answer", "chat/app-2");
    browser.picture("explain");
  }

  @Test
  void everyOrderKeepsTheContract() throws Exception {
    use("operator");
    browser.await("#access", "operator");
    order("[aria-label='Drain app-2']", "drain-server server/chat/app-2");
    order("[aria-label='Maint app-2']", "app-2 is in maintenance");
    order("[aria-label='Rebalance pool chat']", "rebalance-servers");
    order("#rebalance-nodes", "rebalance-nodes");
    order("[aria-label='Drain gw-1']", "drain-node node/gw-1");
    order("[aria-label='Pause op-17']", "op-17 is paused");
    order("[aria-label='Cancel op-17']", "op-17 is cancelled");
    browser.click("[aria-label='Forget gw-2']");
    assertThat(browser.value("document.querySelector('dialog button.main').disabled").asBoolean())
        .as("only who says that it ended")
        .isTrue();
    browser.click("dialog input[type=checkbox]");
    browser.click("dialog button.main");
    browser.await("#toasts", "gw-2 is forgotten");
    browser.click("#sessions-body button[type=submit]");
    browser.await("#sessions-note", "shown");
    order("#sessions-body tbody .acts button", "was told to end");
    browser.click("#sessions-body .opener");
    browser.await("#sessions-body tr.more", "Through the proxy");
    browser.picture("session-details");
    browser.click("#sessions-body input");
    browser.type("127.10.0.2");
    browser.press("Enter");
    browser.await("#sessions-body", "Close these…");
    order("#sessions-body form button.operator", "will end");
    assertThat(browser.faults).isEmpty();
    api.cluster.ordered.clear();
  }

  private static void order(String button, String done) throws Exception {
    browser.click(button);
    browser.click("dialog button.main");
    browser.await("#toasts", done);
  }

  @Test
  void nobodyIsKeptOut() throws Exception {
    use("operator");
    browser.await("#access", "operator");
    browser.click("#sessions-body button[type=submit]");
    browser.await("#sessions-note", "shown");
    browser.picture("sessions");
    assertThat(browser.barriers("html")).isEmpty();
    browser.size(1280, 900, "dark");
    assertThat(browser.barriers("html", "color-contrast")).as("in the dark").isEmpty();
    browser.size(390, 844, "light");
    assertThat(browser.value("document.documentElement.scrollWidth").intValue()).isEqualTo(390);
    browser.click("[aria-label='Drain app-1']");
    browser.await("dialog .plan-sum", "of the live sessions");
    assertThat(browser.barriers("dialog")).as("in a dialog, on a phone").isEmpty();
    browser.picture("dialog-on-a-phone");
  }
}
