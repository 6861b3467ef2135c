package dev.holdfast.store.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import dev.holdfast.store.Store;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member of the store in this process. Started before everything that uses the store, and
 * before Vert.x; closed after all of it.
 */
public final class StoreMember implements AutoCloseable {
  /** How long an orderly end may take, a little more than what Hazelcast waits for itself. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** A process of the same name may be dead without the others knowing it yet. */
  private static final Duration NAMESAKE_GRACE = Duration.ofSeconds(2);

  /** After the time to join is over, those that start just now may still agree on a first. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

  private static final Duration FROZEN_PAUSE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(StoreMember.class);

  private final NodeId self;
  private final HazelcastInstance hazelcast;
  private final WatchedJoiner joiner;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Named named;
  private volatile boolean ending;

  private StoreMember(NodeId self, HazelcastInstance hazelcast, WatchedJoiner joiner) {
    this.self = self;
    this.hazelcast = hazelcast;
    this.joiner = joiner;
    hazelcast.getCluster().addMembershipListener(new Changes());
    hazelcast.getCluster().addMembershipListener(joiner);
    hazelcast.getCluster().getMembers().forEach(joiner::onMemberAdded);
    hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
  }

  /**
   * Starts the member and waits until it belongs to the cluster. Blocks: about a second, and at
   * most {@link StoreSettings#joinWithin} and a few seconds more.
   *
   * @param steps all kinds of steps that members of this cluster may ask this one to run
   * @throws StartFault if it cannot start; nothing of it is left running then
   */
  public static StoreMember start(StoreSettings settings, StepTypes steps) throws StartFault {
    Whereabouts where = Whereabouts.of(settings.member(), settings.cluster());
    List<InetSocketAddress> others = where.others();
    long deadline = System.nanoTime() + settings.joinWithin().toNanos();
    while (true) {
      WatchedJoiner.Context context = new WatchedJoiner.Context(where, others);
      HazelcastInstance hazelcast = attempt(settings, where, context, steps);
      if (hazelcast != null) {
        context.joiner().started();
        StoreMember member = new StoreMember(settings.self(), hazelcast, context.joiner());
        member.refuseNamesake();
        LOG.info("The store is up member={} members={}", settings.member(), member.members());
        return member;
      }
      StartFault fault = fault(settings, where, context);
      if (!context.othersMerge() || System.nanoTime() > deadline) {
        throw fault;
      }
      pause(FROZEN_PAUSE); // the others merge with another part just now
    }
  }

  private static @Nullable HazelcastInstance attempt(
      StoreSettings settings, Whereabouts where, WatchedJoiner.Context context, StepTypes steps)
      throws StartFault {
    context.giveUpAfter(settings.joinWithin().plus(LAST_CHANCE));
    try {
      HazelcastInstance hazelcast =
          HazelcastInstanceFactory.newHazelcastInstance(
              MemberConfig.of(settings, where, context.mayBeFirst(), new Owner(steps)),
              null,
              context);
      if (context.refusal() == null && hazelcast.getLifecycleService().isRunning()) {
        return hazelcast;
      }
      hazelcast.getLifecycleService().terminate();
      return null;
    } catch (IllegalStateException e) {
      return null; // the node did not join; the context knows why
    } catch (RuntimeException e) {
      throw new StartFault(
          "node.member", settings.member(), "an address where the store can start: " + e, e);
    }
  }

  private static StartFault fault(
      StoreSettings settings, Whereabouts where, WatchedJoiner.Context context) {
    StartFault refusal = context.refusal();
    if (refusal != null) {
      return refusal;
    }
    Object list = where.cluster().dns() != null ? where.cluster().dns() : where.cluster().members();
    String within = settings.joinWithin().toSeconds() + "s";
    return context.mayBeFirst()
        ? new StartFault("cluster.join", list, "members that let this one join within " + within)
        : new StartFault(
            "cluster.join",
            list,
            "a member that answers within "
                + within
                + ", or this node's own "
                + settings.member()
                + " in the list if it may be the first");
  }

  private void refuseNamesake() throws StartFault {
    CountDownLatch alone = new CountDownLatch(1);
    Runnable look =
        () -> {
          if (namesake() == null) {
            alone.countDown();
          }
        };
    listeners.add(look);
    look.run();
    boolean free = await(alone, NAMESAKE_GRACE);
    listeners.remove(look);
    Member other = namesake();
    if (!free && other != null) {
      close();
      throw new StartFault(
          "node.name", self.name(), "a name that no living node has; " + place(other) + " has it");
    }
  }

  /** A member of the same node name that was there before this one, or null. */
  private @Nullable Member namesake() {
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (member.localMember()) {
        return null;
      }
      if (self.name().value().equals(member.getAttribute(MemberConfig.NODE))) {
        return member;
      }
    }
    return null;
  }

  private static String place(Member member) {
    return member.getAddress().getHost() + ":" + member.getAddress().getPort();
  }

  /** This process. */
  public NodeId self() {
    return self;
  }

  /** The members as this one sees them, oldest first; only this one after the end. Any thread. */
  public List<NodeId> members() {
    Set<Member> members;
    try {
      members = hazelcast.getCluster().getMembers();
    } catch (HazelcastInstanceNotActiveException e) {
      return List.of(self);
    }
    Named now = named;
    if (now == null || now.members() != members) { // Hazelcast makes another set for each change
      now = Named.of(members);
      named = now;
    }
    return now.ids();
  }

  /** Members as Hazelcast has them and as we name them. */
  private record Named(Set<Member> members, List<NodeId> ids) {
    static Named of(Set<Member> members) {
      List<NodeId> ids = new ArrayList<>();
      for (Member member : members) {
        String node = member.getAttribute(MemberConfig.NODE);
        String incarnation = member.getAttribute(MemberConfig.INCARNATION);
        if (node != null && incarnation != null) {
          ids.add(new NodeId(new NodeName(node), Long.parseLong(incarnation)));
        }
      }
      return new Named(members, List.copyOf(ids));
    }
  }

  /** True until the end, or until the member gave up by itself. Any thread. */
  public boolean running() {
    return hazelcast.getLifecycleService().isRunning();
  }

  /** Calls back on a thread of Hazelcast, which must not be held up. */
  Store.Subscription onMembers(Runnable changed) {
    listeners.add(changed);
    return () -> listeners.remove(changed);
  }

  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  private void lifecycle(LifecycleEvent event) {
    if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
      LOG.warn("The store merged with another part, rows of the smaller one are gone");
      changed();
    } else if (event.getState() == LifecycleEvent.LifecycleState.SHUTDOWN && !ending) {
      LOG.error("The store ended by itself, this node is cut off from the others");
      changed();
    }
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  private final class Changes implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      LOG.info("The store has a new member members={}", members());
      changed();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      LOG.info("The store lost a member members={}", members());
      changed();
    }
  }

  /**
   * Leaves in order: the others get this member's rows first. After a few seconds it leaves anyway.
   * Blocks; may be called twice.
   */
  @Override
  public void close() {
    if (!running()) {
      return;
    }
    ending = true;
    joiner.ending();
    Thread leaving = new Thread(hazelcast.getLifecycleService()::shutdown, "store-leaving");
    leaving.setDaemon(true);
    leaving.start();
    try {
      leaving.join(GRACE.plusSeconds(1).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (running()) {
      LOG.warn("The store did not leave in order, it ends now grace={}", GRACE);
      terminate();
    }
  }

  /** Ends at once, without telling the others. Blocks shortly; may be called twice. */
  public void terminate() {
    ending = true;
    joiner.ending();
    hazelcast.getLifecycleService().terminate();
  }

  private static boolean await(CountDownLatch latch, Duration bound) {
    try {
      return latch.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void pause(Duration duration) {
    await(new CountDownLatch(1), duration);
  }
}
