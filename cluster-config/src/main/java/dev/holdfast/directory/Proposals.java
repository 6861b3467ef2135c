package dev.holdfast.directory;

import dev.holdfast.members.Contact;
import dev.holdfast.store.Store;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import dev.holdfast.words.NodeState;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a change that some node may be unable to follow is tried by all before it counts: the
 * proposal is put beside the intent in its row; every node that reads it tries it, keeps what it
 * needs, and says so in a row of its own; when all in contact have found nothing in the way, one
 * compare-and-set makes it the intent, else it is withdrawn. The room's description says what
 * happens when somebody dies, sleeps or is cut off meanwhile. Confined to the control loop.
 */
final class Proposals {
  /** How long the one who proposes waits for the answers. */
  static final Duration ANSWERS = Duration.ofSeconds(5);

  /** A node that has kept what it needs for so long withdraws the proposal, whoever made it. */
  static final Duration HOLD = Duration.ofSeconds(12);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int TRIES = 8;
  private static final Logger LOG = LoggerFactory.getLogger(Proposals.class);

  private final Store store;
  private final ControlLoop loop;
  private final IntentDesk.Place place;
  private final IntentDesk desk;
  private @Nullable Tried tried;
  private @Nullable Counting counting;
  private Store.@Nullable Subscription hints;
  private boolean closed;

  /** What this node keeps for a proposal. */
  private record Tried(Proposal proposal) {}

  /** A proposal of this node, while it counts the answers. */
  private final class Counting {
    final Proposal proposal;
    final boolean created;
    final Promise<IntentChange> promise;
    final long sinceNanos = loop.nanos();
    boolean looking;
    boolean decided;

    Counting(Proposal proposal, boolean created, Promise<IntentChange> promise) {
      this.proposal = proposal;
      this.created = created;
      this.promise = promise;
    }
  }

  Proposals(IntentDesk.Place place, IntentDesk desk) {
    this.place = place;
    this.store = place.store();
    this.loop = place.loop();
    this.desk = desk;
  }

  // ---------------------------------------------------------------- the node that tries

  /** What the row says now, read while a majority was in contact; the intent was adopted before. */
  void seen(@Nullable Proposal now) {
    Tried before = tried;
    if (before != null && (now == null || !now.id().equals(before.proposal.id()))) {
      tried = null;
      place.trial().letGo(before.proposal.id());
    }
    if (now == null) {
      return;
    }
    if (tried == null) {
      Tried mine = new Tried(now);
      tried = mine;
      place
          .trial()
          .attempt(now.id(), now.next().config())
          .onComplete(found -> loop.execute(() -> say(mine, objections(found.result()))));
      loop.after(HOLD, () -> tooLong(mine));
    }
    Contact contact = place.contact().get();
    boolean orphan =
        contact.gone().getOrDefault(now.by().name(), Long.MIN_VALUE) >= now.by().incarnation();
    boolean mine = now.by().equals(contact.self());
    if (orphan || (mine && (counting == null || !counting.proposal.id().equals(now.id())))) {
      withdraw(now.id());
    }
  }

  private static List<Trial.Objection> objections(@Nullable List<Trial.Objection> found) {
    return found == null
        ? List.of(new Trial.Objection("trial", "failed", "one that the log does not tell of"))
        : found;
  }

  private void say(Tried mine, List<Trial.Objection> objections) {
    if (tried != mine) {
      return;
    }
    NodeId self = place.contact().get().self();
    store
        .write(
            Verdict.TABLE, self.name().value(), new Verdict(self, mine.proposal.id(), objections))
        .onFailure(e -> loop.after(RETRY, () -> say(mine, objections)));
  }

  /** Until this node reads that it is over, the proposal may become the intent. */
  private void tooLong(Tried mine) {
    if (tried == mine && !closed) {
      LOG.warn(
          "A proposal was not decided in time and is withdrawn by={} revision={}",
          mine.proposal.by(),
          mine.proposal.next().revision());
      withdraw(mine.proposal.id());
      loop.after(HOLD, () -> tooLong(mine));
    }
  }

  private void withdraw(String id) {
    if (desk.believed() != null) {
      store
          .step(IntentRow.TABLE, IntentRow.KEY, new WithdrawStep(id))
          .onComplete(done -> desk.reconcile());
    }
  }

  // ---------------------------------------------------------------- the node that proposes

  /** Proposes what the plan makes of the present intent; completes with what became of it. */
  void propose(Function<Intent, IntentPlan> plan, String who, Promise<IntentChange> promise) {
    if (counting != null) {
      promise.complete(busy(place.contact().get().self().name()));
      return;
    }
    Intent mine = desk.believed();
    if (mine == null) {
      promise.complete(IntentChange.NoMajority.NONE);
      return;
    }
    IntentPlan made = plan.apply(mine);
    IntentChange end = made.endOn(mine);
    if (end != null) {
      promise.complete(end);
      return;
    }
    Intent next = made.next().made(who, loop.wallMs(), mine);
    Proposal proposal = new Proposal(place.names().get(), place.contact().get().self(), next);
    Counting mineToCount = new Counting(proposal, made.created(), promise);
    counting = mineToCount;
    if (hints == null) {
      hints = store.onChange(Verdict.TABLE, key -> look());
    }
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new ProposeStep(proposal))
        .onFailure(e -> refuse(mineToCount, null, e)) // it may stand there all the same
        .onSuccess(answer -> proposed(mineToCount, answer));
  }

  private static IntentChange busy(NodeName name) {
    return new IntentChange.Conflict(
        "another configuration is being tried, proposed at " + name + "; try again");
  }

  private void proposed(Counting mine, IntentStep.Answer answer) {
    if (answer.holds()) {
      desk.compare(answer.row()); // this node tries it, too
      later(mine);
      return;
    }
    counting = null;
    if (answer.row() == null) {
      mine.promise.complete(
          new IntentChange.Conflict("the configuration is not stored; try again"));
      return;
    }
    desk.compare(answer.row());
    Proposal other = answer.row().proposal();
    mine.promise.complete(
        other != null && mine.proposal.next().follows(answer.row().intent())
            ? busy(other.by().name())
            : new IntentChange.Stale(answer.row().intent().revision()));
  }

  private void later(Counting mine) {
    loop.after(
        LOOK,
        () -> {
          if (counting == mine && !mine.decided) {
            look();
            later(mine);
          }
        });
  }

  /** Reads who is to answer, then who did: one that joins meanwhile is counted as well. */
  private void look() {
    Counting mine = counting;
    if (mine == null || mine.decided || mine.looking) {
      return;
    }
    mine.looking = true;
    store
        .readAll(Directory.TABLE)
        .compose(nodes -> store.readAll(Verdict.TABLE).onSuccess(said -> count(mine, nodes, said)))
        .onComplete(
            done -> {
              mine.looking = false;
              if (done.failed() && overdue(mine)) {
                refuse(mine, null, done.cause());
              }
            });
  }

  private boolean overdue(Counting mine) {
    return loop.nanos() - mine.sinceNanos >= ANSWERS.toNanos();
  }

  private void count(Counting mine, Map<String, NodeStatus> nodes, Map<String, Verdict> said) {
    if (counting != mine || mine.decided) {
      return;
    }
    List<NodeName> missing = new ArrayList<>();
    Map<NodeName, List<Trial.Objection>> objections = new TreeMap<>();
    for (NodeId node : counted(nodes)) {
      Verdict verdict = said.get(node.name().value());
      if (verdict == null
          || !verdict.node().equals(node)
          || !verdict.proposal().equals(mine.proposal.id())) {
        missing.add(node.name());
      } else if (!verdict.objections().isEmpty()) {
        objections.put(node.name(), verdict.objections());
      }
    }
    if (!objections.isEmpty()) {
      refuse(mine, new IntentChange.Objected(objections), null);
    } else if (missing.isEmpty()) {
      mine.decided = true;
      commit(mine, TRIES);
    } else if (overdue(mine)) {
      refuse(mine, new IntentChange.Unanswered(missing), null);
    }
  }

  /** Those that run and are in contact; this node always. */
  private List<NodeId> counted(Map<String, NodeStatus> nodes) {
    Contact contact = place.contact().get();
    List<NodeId> all = new ArrayList<>(List.of(contact.self()));
    for (NodeStatus node : nodes.values()) {
      if (node.state() != NodeState.LEFT
          && contact.heard().contains(node.id())
          && !node.id().equals(contact.self())) {
        all.add(node.id());
      }
    }
    return all;
  }

  /** Makes it the intent, if nobody has withdrawn it; asked again while nobody knows. */
  private void commit(Counting mine, int tries) {
    Intent next = mine.proposal.next();
    if (desk.believed() == null) {
      refuse(mine, IntentChange.NoMajority.NONE, null);
      return;
    }
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new IntentStep(next, false, mine.proposal.id()))
        .onFailure(
            e -> {
              if (tries > 1) {
                loop.after(RETRY, () -> commit(mine, tries - 1));
              } else {
                counting = null;
                mine.promise.tryFail(e);
              }
            })
        .onSuccess(
            answer -> {
              counting = null;
              if (answer.holds()) {
                desk.adopt(next, true);
                seen(null);
                mine.promise.complete(new IntentChange.Done(next, mine.created, true));
                return;
              }
              desk.compare(answer.row());
              Intent now = answer.intent();
              mine.promise.complete(
                  now != null && now.revision() >= next.revision()
                      ? new IntentChange.Stale(now.revision())
                      : new IntentChange.Conflict(
                          "the trial took too long and was ended by another node; try again"));
            });
  }

  /** Withdraws it, then says why; that it was withdrawn is known before the answer is given. */
  private void refuse(Counting mine, @Nullable IntentChange why, @Nullable Throwable fault) {
    mine.decided = true;
    store
        .step(IntentRow.TABLE, IntentRow.KEY, new WithdrawStep(mine.proposal.id()))
        .onComplete(
            done -> {
              counting = null;
              desk.reconcile();
              if (why != null) {
                mine.promise.tryComplete(why);
              } else {
                mine.promise.tryFail(fault);
              }
            });
  }

  void close() {
    closed = true;
    if (hints != null) {
      hints.cancel();
      hints = null;
    }
    if (tried != null) {
      place.trial().letGo(tried.proposal.id());
      tried = null;
    }
  }
}
