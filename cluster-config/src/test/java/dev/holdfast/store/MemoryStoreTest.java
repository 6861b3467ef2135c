package dev.holdfast.store;

import dev.holdfast.time.ManualLoop;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;

/** The contract on the store in memory, three nodes. */
class MemoryStoreTest extends StoreContract {
  private final MemoryCloud cloud = new MemoryCloud();
  private final ManualLoop loop = new ManualLoop();
  private final List<Store> stores = new ArrayList<>();

  MemoryStoreTest() {
    for (int i = 0; i < 3; i++) {
      stores.add(cloud.join(id(i), loop));
    }
  }

  @Override
  protected int size() {
    return 3;
  }

  @Override
  protected Store store(int member) {
    return stores.get(member);
  }

  @Override
  protected NodeId id(int member) {
    return new NodeId(new NodeName("node-" + (3 - member)), 10 + member);
  }

  @Override
  protected <T> T await(Future<T> future) {
    loop.run();
    Assertions.assertThat(future.isComplete()).isTrue();
    if (future.failed()) {
      throw (RuntimeException) future.cause();
    }
    return future.result();
  }

  @Override
  protected void until(BooleanSupplier condition) {
    loop.run();
    Assertions.assertThat(condition.getAsBoolean()).isTrue();
  }

  @Override
  protected void onLoop(int member, Runnable task) {
    loop.execute(task);
  }

  @Override
  protected void together(List<Runnable> tasks) {
    tasks.forEach(Runnable::run);
  }
}
