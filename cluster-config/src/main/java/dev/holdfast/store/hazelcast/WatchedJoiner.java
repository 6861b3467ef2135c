package dev.holdfast.store.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.cluster.Joiner;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.cluster.impl.TcpIpJoiner;
import com.hazelcast.internal.cluster.impl.operations.JoinMastershipClaimOp;
import com.hazelcast.logging.LogEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * Hazelcast's joiner by TCP/IP, with four changes: a member of another cluster at a join address
 * ends the start, a member that may not be the first never starts alone, names are resolved at each
 * search, and those that start together agree on the first as soon as they are connected. Once the
 * member has started, it is Hazelcast's own again but for the names.
 */
final class WatchedJoiner extends TcpIpJoiner implements MembershipListener {
  private static final String REFUSED = "Reason of failure for node join: ";
  private static final String RULE = "members that run the same version with the same settings";
  private static final String FROZEN = "Cluster state ";
  private static final String MISMATCH = "A Configuration mismatch was detected: ";

  /** Between two questions who rules. A random part keeps claims from meeting again and again. */
  private static final int ASK_AGAIN_MS = 150;

  /** Who accepts and says nothing for so long counts as absent. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  /**
   * A member that is in nobody's list cannot be found by the others, so one that does not list
   * itself lets them be the first for so long.
   */
  private static final long UNLISTED_NANOS = 4_000_000_000L;

  private static final long CLAIM_MS = 2_000;
  private static final long FOLLOW_NANOS = 5_000_000_000L;
  private static final long FOLLOW_AGAIN_MS = 200;

  private final Context context;
  private final Whereabouts where;
  private final boolean mayBeFirst;
  private final AtomicReference<StartFault> refusal;
  private volatile Set<String> members;
  private volatile boolean started;
  private volatile boolean claiming;
  private @Nullable Thread searching;
  private boolean ending;

  private WatchedJoiner(Node node, Context context) {
    super(node);
    this.context = context;
    this.where = context.where;
    this.mayBeFirst = context.mayBeFirst;
    this.refusal = context.refusal;
    this.members = texts(context.others);
  }

  /** What a member is made with so that its joiner is a watched one. */
  static final class Context extends DefaultNodeContext {
    private final Whereabouts where;
    private final List<InetSocketAddress> others;
    private final boolean mayBeFirst;
    private final AtomicReference<StartFault> refusal = new AtomicReference<>();
    private volatile @Nullable WatchedJoiner joiner;
    private volatile boolean othersMerge;

    /**
     * For one start.
     *
     * @param others the resolved addresses to join
     */
    Context(Whereabouts where, List<InetSocketAddress> others) {
      this.where = where;
      this.others = others;
      this.mayBeFirst = where.cluster().alone() || others.contains(where.own());
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
      return new PatientChannels(node);
    }

    @Override
    public Joiner createJoiner(Node node) {
      WatchedJoiner made = new WatchedJoiner(node, this);
      node.loggingService.addLogListener(Level.SEVERE, made::hear);
      joiner = made;
      return made;
    }

    /** A member that may not be the first ends if it has not joined by then; returns at once. */
    void giveUpAfter(Duration bound) {
      if (!mayBeFirst) {
        CompletableFuture.delayedExecutor(bound.toMillis(), TimeUnit.MILLISECONDS)
            .execute(
                () -> {
                  WatchedJoiner made = joiner;
                  if (made != null) {
                    made.giveUp();
                  }
                });
      }
    }

    /** Why the others would not have this member, or null. */
    @Nullable StartFault refusal() {
      return refusal.get();
    }

    /** True if the others refused only because they merge with another part just now. */
    boolean othersMerge() {
      return othersMerge;
    }

    /** True if this member may start alone: nobody else is named, or it is in the list itself. */
    boolean mayBeFirst() {
      return mayBeFirst;
    }

    WatchedJoiner joiner() {
      return joiner;
    }
  }

  /** From now on a member that loses the others lives on alone. */
  void started() {
    started = true;
  }

  @Override
  public void doJoin() {
    if (started) {
      super.doJoin();
    } else {
      try {
        gather();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if ((mayBeFirst || started) && shouldRetry() && refusal.get() == null) {
      clusterJoinManager.setThisMemberAsMaster(); // the others did not come to an end
    }
  }

  /**
   * Asks the others who rules and joins it. While nobody does, this member claims to be the first,
   * and is when all that are connected agree; who claims itself does not.
   */
  private void gather() throws InterruptedException {
    Collection<Address> others = getPossibleAddresses();
    long start = System.nanoTime();
    while (shouldRetry() && System.nanoTime() - start < getMaxJoinMillis() * 1_000_000) {
      if (clusterService.getMasterAddress() != null) {
        follow();
      } else {
        others.stream()
            .filter(other -> !isBlacklisted(other))
            .forEach(clusterJoinManager::sendMasterQuestion);
        if (!others.isEmpty()) {
          int jitterMs = ThreadLocalRandom.current().nextInt(ASK_AGAIN_MS);
          clusterService.blockOnJoin(ASK_AGAIN_MS + jitterMs);
        }
        if (clusterService.getMasterAddress() == null
            && shouldRetry()
            && agreed(others, System.nanoTime() - start)) {
          return;
        }
      }
    }
  }

  /**
   * Joins the one that rules. When its connection ends it rules no more; one that stays and lets
   * nobody in is asked again by a search of its own.
   */
  private void follow() throws InterruptedException {
    long start = System.nanoTime();
    for (int round = 0; shouldRetry() && System.nanoTime() - start < FOLLOW_NANOS; round++) {
      Address master = clusterService.getMasterAddress();
      if (master == null) {
        return;
      }
      if (round % 5 == 0) {
        clusterJoinManager.sendJoinRequest(master);
      }
      clusterService.blockOnJoin(FOLLOW_AGAIN_MS); // ends early when somebody names the one again
    }
    if (shouldRetry()) {
      clusterService.setMasterAddressToJoin(null);
    }
  }

  /** True if this member is the first now. */
  private boolean agreed(Collection<Address> others, long searchedNanos) {
    List<Address> asked = others.stream().filter(other -> !isBlacklisted(other)).toList();
    List<Address> connected = asked.stream().filter(other -> !silent(other)).toList();
    boolean allSpeak = connected.size() == asked.size();
    boolean may =
        mayBeFirst
            ? allSpeak || searchedNanos > PATIENCE_NANOS
            : allSpeak && !asked.isEmpty() && searchedNanos > UNLISTED_NANOS;
    if (!may) {
      return false;
    }
    claiming = true;
    try {
      boolean first = claim(connected);
      if (first) {
        clusterJoinManager.setThisMemberAsMaster();
      }
      return first;
    } finally {
      claiming = false;
    }
  }

  private boolean claim(Collection<Address> voters) {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (Address voter : voters) {
      answers.add(
          node.getNodeEngine()
              .getOperationService()
              .<Boolean>createInvocationBuilder(
                  ClusterServiceImpl.SERVICE_NAME, new JoinMastershipClaimOp(), voter)
              .setTryCount(1)
              .setCallTimeout(CLAIM_MS)
              .invoke());
    }
    try {
      for (CompletableFuture<Boolean> answer : answers) {
        if (!answer.get(CLAIM_MS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return true;
    } catch (ExecutionException | TimeoutException e) {
      logger.fine("A claim to be the first was not answered", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean isClaimingMastership() {
    return claiming || super.isClaimingMastership();
  }

  @Override
  public void blacklist(Address address, boolean permanent) {
    if (started || clusterService.isJoined()) {
      super.blacklist(address, permanent);
    } else if (permanent) {
      refuse(
          new StartFault(
              "cluster.name",
              config.getClusterName(),
              "the name of the cluster at " + text(address) + ", which has another"));
    } else if (mayBeFirst) {
      super.blacklist(address, false);
    }
  }

  /** A member that refuses a newcomer says why only in what Hazelcast logs at the newcomer. */
  private void hear(LogEvent event) {
    String message = event.getLogRecord().getMessage();
    if (started || message == null) {
      return;
    }
    int refused = message.indexOf(REFUSED);
    int mismatch = message.indexOf(MISMATCH);
    if (refused >= 0) {
      String reason = message.substring(refused + REFUSED.length());
      context.othersMerge |= reason.startsWith(FROZEN);
      refusal.compareAndSet(null, new StartFault("cluster.join", reason, RULE));
    } else if (mismatch >= 0) {
      String reason = message.substring(mismatch + MISMATCH.length());
      refusal.compareAndSet(null, new StartFault("cluster.join", reason, RULE));
    }
  }

  /**
   * No more is asked of anybody once the start has failed. Who proposes itself as the first does
   * not wait for those that accept and say nothing, such as a process that was stopped.
   */
  @Override
  public boolean isBlacklisted(Address address) {
    return refusal.get() != null
        || super.isBlacklisted(address)
        || ((mayBeFirst || started) && isClaimingMastership() && silent(address));
  }

  private boolean silent(Address address) {
    return node.getServer().getConnectionManager(EndpointQualifier.MEMBER).get(address) == null;
  }

  private void giveUp() {
    if (shouldRetry()) {
      node.shutdown(true);
    }
  }

  private void refuse(StartFault fault) {
    if (refusal.compareAndSet(null, fault)) {
      node.shutdown(true);
    }
  }

  /** Looks for another part of the cluster; an address that is dead holds it up for seconds. */
  @Override
  public void searchForOtherClusters() {
    synchronized (this) {
      if (ending) {
        return;
      }
      searching = Thread.currentThread();
    }
    try {
      super.searchForOtherClusters();
    } finally {
      synchronized (this) {
        searching = null;
        if (ending) {
          Thread.interrupted(); // the thread is the pool's, and so is its flag
        }
      }
    }
  }

  /** The member is about to end: a search under way is broken off, none begins. */
  synchronized void ending() {
    ending = true;
    if (searching != null) {
      searching.interrupt();
    }
  }

  @Override
  protected Collection<String> getMembers() {
    if (started) {
      try {
        members = texts(where.others());
      } catch (StartFault e) {
        logger.fine("Cannot resolve the members now, taking those of before", e);
      }
    }
    return members;
  }

  private static Set<String> texts(List<InetSocketAddress> addresses) {
    Set<String> texts = new HashSet<>();
    addresses.forEach(address -> texts.add(Whereabouts.text(address)));
    return texts;
  }

  private static String text(Address address) {
    return address.getHost() + ":" + address.getPort();
  }

  /** Hazelcast tells its own joiner whom to look for after a split, but no subclass of it. */
  @Override
  public void memberAdded(MembershipEvent event) {
    onMemberAdded(event.getMember());
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    onMemberRemoved(event.getMember());
  }
}
