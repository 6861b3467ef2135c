package dev.holdfast.gateway.session;

import static dev.holdfast.gateway.session.SessionState.ACCEPTED;
import static dev.holdfast.gateway.session.SessionState.CONNECTING;
import static dev.holdfast.gateway.session.SessionState.DIVERTING;
import static dev.holdfast.gateway.session.SessionState.ENDED;
import static dev.holdfast.gateway.session.SessionState.HEADER;
import static dev.holdfast.gateway.session.SessionState.HELD;
import static dev.holdfast.gateway.session.SessionState.PACED;
import static dev.holdfast.gateway.session.SessionState.RELAYING;
import static dev.holdfast.gateway.session.SessionState.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every move of the table, and no other. */
class SessionStateTest {
  private static final Map<SessionState, Set<SessionState>> LEGAL =
      Map.of(
          ACCEPTED, EnumSet.of(HEADER, PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          HEADER, EnumSet.of(PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          PACED, EnumSet.of(PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          HELD, EnumSet.of(PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          DIVERTING, EnumSet.of(PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          WAITING, EnumSet.of(PACED, HELD, DIVERTING, WAITING, CONNECTING, ENDED),
          CONNECTING, EnumSet.of(DIVERTING, RELAYING, ENDED),
          RELAYING, EnumSet.of(ENDED),
          ENDED, EnumSet.noneOf(SessionState.class));

  @Test
  void onlyTheMovesOfTheTableAreLegal() {
    for (SessionState from : SessionState.values()) {
      for (SessionState to : SessionState.values()) {
        assertThat(from.mayBecome(to))
            .as(from + " to " + to)
            .isEqualTo(LEGAL.get(from).contains(to));
      }
    }
  }
}
