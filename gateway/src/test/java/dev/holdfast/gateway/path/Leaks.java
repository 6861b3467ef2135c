package dev.holdfast.gateway.path;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class after which Netty finds a buffer that was not released. */
public final class Leaks implements AfterAllCallback {
  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          @Deprecated
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int interval, long maxActive) {
            return new Detector<>(resource, interval);
          }
        });
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    Detector(Class<?> resource, int interval) {
      super(resource, interval);
    }

    @Override
    protected void reportTracedLeak(String type, String records) {
      FOUND.add(type + records);
    }

    @Override
    protected void reportUntracedLeak(String type) {
      FOUND.add(type);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (int i = 0; i < 2; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.directBuffer(16).release(); // the detector reports at an allocation
    }
    List<String> leaked = new ArrayList<>();
    for (String one = FOUND.poll(); one != null; one = FOUND.poll()) {
      leaked.add(one); // told once: the class that failed is the one to look at
    }
    Assertions.assertThat(leaked).as("buffers that leaked").isEmpty();
  }
}
