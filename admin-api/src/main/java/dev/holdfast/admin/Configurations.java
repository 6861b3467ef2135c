package dev.holdfast.admin;

import dev.holdfast.admin.answer.ConfigAnswer;
import dev.holdfast.admin.answer.ConfigChange;
import dev.holdfast.admin.answer.RevisionAnswer;
import dev.holdfast.config.Checked;
import dev.holdfast.config.SharedConfig;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * The shared configuration and its revisions as operators read and replace them. The rules of
 * {@link Cluster} hold here too.
 */
public interface Configurations {
  /**
   * How a change is meant.
   *
   * @param ifRevision the revision that it was made for
   * @param dryRun only say what it would do
   * @param force also if something goes that has sessions; they go on
   * @param who asks, for the list of revisions
   */
  record Order(long ifRevision, boolean dryRun, boolean force, String who) {}

  /** The configuration that this node knows. */
  Future<ConfigAnswer> config();

  /**
   * Replaces the configuration, once every node in contact has found that it can follow.
   *
   * @param reader makes the next configuration of the present one; its faults refuse the change
   */
  Future<ConfigChange> replace(Function<SharedConfig, Checked<SharedConfig>> reader, Order order);

  /** The last revisions, the latest first. */
  Future<List<RevisionAnswer>> revisions();

  /** One of them with its configuration; refused if it is not kept. */
  Future<RevisionAnswer> revision(long number);

  /**
   * Replaces the configuration by the one that an earlier revision had; admin states and pins stay
   * as they are. Refused if the revision is not kept.
   */
  Future<ConfigChange> restore(long number, Order order);
}
