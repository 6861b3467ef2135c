package dev.holdfast.chronicle;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.directory.Made;
import dev.holdfast.directory.PoolVerdict.Standing;
import dev.holdfast.words.AdminState;
import dev.holdfast.words.Health;
import dev.holdfast.words.PoolName;
import dev.holdfast.words.Scope;
import dev.holdfast.words.ServerName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a view of the cluster says of each subject. Pure. */
final class Facts {
  /** A limit counts as free again when so many of a hundred permits are held at most. */
  private static final int FREE_PERCENT = 95;

  private static final int WHAT = 3;

  private final ClusterView view;
  private final Book book;
  private final List<Fact> facts = new ArrayList<>();

  private Facts(ClusterView view, Book book) {
    this.view = view;
    this.book = book;
  }

  /**
   * All facts of a view.
   *
   * @param book what is known, for states that end later than they begin
   */
  static List<Fact> of(ClusterView view, Book book) {
    Facts all = new Facts(view, book);
    all.nodes();
    view.pools().forEach(all::pool);
    view.scopes().forEach(all::limit);
    all.revision();
    return all.facts;
  }

  private void add(String kind, String subject, String state, boolean usual, String text) {
    facts.add(new Fact(kind, subject, state, usual, text, null));
  }

  private void nodes() {
    view.nodes()
        .forEach(
            (name, node) ->
                add(
                    "node",
                    "node/" + name,
                    node.status().id().incarnation() + "/" + node.state(),
                    false,
                    "node " + name + " is " + node.state()));
  }

  private void pool(PoolName name, ClusterView.Pool pool) {
    pool.servers().forEach((server, one) -> server(name, server, one.standing()));
    if (pool.settled() && pool.epoch() > 0) {
      add(
          "table",
          "table/" + name,
          Long.toString(pool.epoch()),
          false,
          "the table of pool " + name + " is at epoch " + pool.epoch());
    }
    boolean panic = pool.verdict().panic();
    add(
        "panic",
        "panic/" + name,
        panic ? "yes" : "no",
        !panic,
        panic
            ? "pool " + name + " would lose too many servers: its table is left as it is"
            : "pool " + name + " has enough servers again");
  }

  private void server(PoolName pool, ServerName name, Standing standing) {
    String who = pool + "/" + name;
    Health health = standing.health();
    if (health != null) {
      add(
          "server",
          "health/" + who,
          health.name(),
          health == Health.UP,
          "server %s is %s (%d of %d nodes say up)"
              .formatted(
                  who,
                  health,
                  standing.votes().up(),
                  standing.votes().up() + standing.votes().down()));
    }
    AdminState state = standing.state();
    facts.add(
        new Fact(
            "admin",
            "admin/" + who,
            state.name(),
            state == AdminState.READY,
            "server " + who + " is in " + state,
            madeBy(name.value())));
  }

  private void limit(Scope scope, ClusterView.Sum sum) {
    if (sum.limit() == null) {
      return;
    }
    boolean known = book.states().containsKey("limit/" + scope);
    long enough = known ? Math.max(1, sum.limit() * FREE_PERCENT / 100) : sum.limit();
    boolean reached = sum.held() >= enough;
    add(
        "limit",
        "limit/" + scope,
        reached ? "reached" : "free",
        !reached,
        reached
            ? "the limit of " + scope + " is reached: " + sum.limit()
            : scope + " is below its limit again: " + sum.held() + " of " + sum.limit());
  }

  /** Said once all nodes in contact run it. */
  private void revision() {
    long revision = view.intent().revision();
    List<ClusterView.Node> counted =
        view.nodes().values().stream().filter(ClusterView.Node::counts).toList();
    if (counted.stream().allMatch(node -> node.status().revision() >= revision)) {
      Made made = view.intent().made();
      List<String> what = made.what();
      String said = String.join("; ", what.subList(0, Math.min(WHAT, what.size())));
      facts.add(
          new Fact(
              "revision",
              "revision",
              Long.toString(revision),
              false,
              "revision %d is in force on %d nodes%s"
                  .formatted(revision, counted.size(), said.isEmpty() ? "" : ": " + said),
              made.who()));
    }
  }

  /** Who made the present revision, if it names the server. */
  private @Nullable String madeBy(String server) {
    Made made = view.intent().made();
    return made.what().stream().anyMatch(line -> line.contains(server)) ? made.who() : null;
  }
}
