package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proof by connection (P2), condition by condition; a forger in between can do all but the last.
 */
class EndsTest {
  private static final long MS = 1_000_000L;
  private static final long LEASE = 10_000 * MS;
  private static final long PULSE = 500 * MS;
  private static final long FIN = 100_000 * MS;
  private static final NodeId DEAD = new NodeId(new NodeName("dead"), 7);

  @TempDir Path dir;
  private StateFolder folder;
  private RosterFile file;
  private Ends ends;
  private long sessions;
  private Peer dead;
  private Peer voter;

  @BeforeEach
  void open() throws Exception {
    folder = StateFolder.open(dir);
    Identity self =
        new Identity(new NodeId(new NodeName("self"), 1), "folder", new Host("", ""), 0);
    file = new RosterFile(folder, self, Runnable::run, Runnable::run);
    file.begin(self.id());
    ends = new Ends(id -> sessions, file);
    dead = peer("dead", 7);
    voter = peer("voter", 3);
    dead.evidence = new Peer.Evidence(DEAD, FIN, new InetSocketAddress("127.0.0.1", 9), true);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void provesWhenTheOtherVoterLostItsConnectionToo() {
    says(FIN + 10 * MS, new Frame.Heard(DEAD, 300, false));
    assertThat(judge(FIN + 10 * MS)).isTrue();
  }

  @Test
  void provesWhenNobodyElseIsInContact() {
    voter.known = false;
    assertThat(judge(FIN + 10 * MS)).isTrue();
  }

  @Test
  void waitsForAWordOfEachVoterAfterTheFin() {
    says(FIN - MS, new Frame.Heard(DEAD, 0, false));
    assertThat(judge(FIN + 400 * MS)).isFalse();
    says(FIN + 450 * MS);
    assertThat(judge(FIN + 450 * MS)).as("it never watched that node").isTrue();
  }

  @Test
  void provesNothingWhileAVoterHearsIt() {
    for (long ms = 10; ms < 60_000; ms += 100) {
      says(FIN + ms * MS, new Frame.Heard(DEAD, ms % 500, true));
      assertThat(judge(FIN + ms * MS)).as("after %d ms", ms).isFalse();
    }
  }

  @Test
  void provesWhenAVoterHearsNothingOverAConnectionThatStands() {
    says(FIN + 900 * MS, new Frame.Heard(DEAD, 950, true));
    assertThat(judge(FIN + 900 * MS)).isFalse();
    says(FIN + 1_100 * MS, new Frame.Heard(DEAD, 1_150, true));
    assertThat(judge(FIN + 1_100 * MS)).isTrue();
  }

  @Test
  void aFinWithoutRefusalsProvesNothing() {
    voter.known = false;
    dead.evidence = new Peer.Evidence(DEAD, FIN, new InetSocketAddress("127.0.0.1", 9), false);
    assertThat(judge(FIN + 60_000 * MS)).isFalse();
  }

  @Test
  void countsAfterTheSettlingTimeOnly() {
    sessions = 10_000;
    ends.prove(DEAD, Ends.Proof.CONNECTION, FIN);
    ends.beat(FIN + 799 * MS, () -> {});
    assertThat(file.stored().endedUpTo(DEAD.name())).isZero();
    ends.beat(FIN + 800 * MS, () -> {});
    assertThat(file.stored().endedUpTo(DEAD.name())).isEqualTo(7);
  }

  private boolean judge(long now) {
    ends.judge(List.of(dead, voter), LEASE, PULSE, now);
    return ends.proven(DEAD);
  }

  private void says(long at, Frame.Heard... heard) {
    voter.heard(at);
    voter.pulseAt = at;
    voter.pulse = new Frame.Pulse(1, true, false, List.of(heard), List.of(), List.of(), null);
  }

  private static Peer peer(String name, long incarnation) {
    Link link = new Link(null, null, 0);
    Peer peer = new Peer(new NodeName(name), link, FIN);
    link.peer(peer);
    peer.begin(incarnation);
    peer.heard(FIN - 300 * MS);
    return peer;
  }
}
