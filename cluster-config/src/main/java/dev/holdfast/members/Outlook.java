package dev.holdfast.members;

import dev.holdfast.words.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the {@link View} at each beat and notices what changed. Confined to the watch thread. */
final class Outlook {
  private static final Logger LOG = LoggerFactory.getLogger(Outlook.class);
  private static final long SECOND = 1_000_000_000L;

  private final NodeId self;
  private final Members.Settings settings;
  private final BiConsumer<View, Boolean> out;
  private boolean majority;
  private long majoritySince;
  private @Nullable View lastView;
  private @Nullable List<Boolean> lastHeard;
  private long viewedAt;

  /**
   * @param out takes each view, and true if it says something new or a second has passed
   */
  Outlook(NodeId self, Members.Settings settings, BiConsumer<View, Boolean> out, long now) {
    this.self = self;
    this.settings = settings;
    this.out = out;
    majoritySince = now;
  }

  /** Looks; {@code out} gets the view, and whether it is worth telling. */
  void look(Collection<Peer> peers, Roster roster, boolean disowned, long now) {
    long lease = settings.leaseNanos();
    int expected = settings.expectedNodes().getAsInt();
    List<View.Seen> seen = new ArrayList<>();
    List<Boolean> heard = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer.known && peer.pulse != null) {
        boolean counts =
            peer.pulse.accepted()
                && roster.knows(peer.id())
                && (peer.roster.formed() || !roster.formed());
        seen.add(new View.Seen(peer.id(), peer.heardAt, counts));
        heard.add(peer.heardWithin(lease, now));
        heard.add(counts);
      }
    }
    View view = new View(self, roster, disowned, seen, majority, majoritySince);
    boolean fresh = view.majority(lease, expected, now);
    if (fresh != majority) {
      majority = fresh;
      majoritySince = now;
      view = new View(self, roster, disowned, seen, majority, majoritySince);
      LOG.info(
          "The majority is {} heard={} roster={}",
          fresh ? "here" : "lost",
          seen,
          roster.names().keySet());
    }
    boolean same =
        lastView != null
            && lastView.roster() == roster
            && lastView.majority() == majority
            && lastView.seen().stream()
                .map(View.Seen::id)
                .toList()
                .equals(seen.stream().map(View.Seen::id).toList())
            && heard.equals(lastHeard);
    lastView = view;
    lastHeard = heard;
    boolean tell = !same || now - viewedAt >= SECOND;
    if (tell) {
      viewedAt = now;
    }
    out.accept(view, tell);
  }
}
