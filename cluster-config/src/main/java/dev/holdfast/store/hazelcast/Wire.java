package dev.holdfast.store.hazelcast;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import org.jspecify.annotations.Nullable;

/** The numbers by which members know our classes on the wire; a number is never used again. */
final class Wire implements DataSerializableFactory {
  static final int FACTORY = 1;
  static final int STEP = 1;
  static final int ROW = 2;

  @Override
  public @Nullable IdentifiedDataSerializable create(int classId) {
    return switch (classId) {
      case STEP -> new StepProcessor();
      case ROW -> new RowWriter(null);
      default -> null;
    };
  }
}
