package dev.holdfast.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.holdfast.store.Rows;
import dev.holdfast.store.Step;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs one step at the owner of a key, on the thread of the key's partition. A step that fails
 * leaves the row as it was. What was written goes to the backups as a {@link RowWriter}; a row that
 * was kept does not go there at all.
 */
final class StepProcessor
    implements EntryProcessor<String, byte[], byte[]>,
        IdentifiedDataSerializable,
        HazelcastInstanceAware {
  // never written by Java serialization: the wire knows a number for this class
  private static final long serialVersionUID = 1L;

  private String name;
  private byte[] step;
  private transient @Nullable Owner owner;
  private transient @Nullable RowWriter written;

  /** For reading from the wire. */
  StepProcessor() {
    this("", new byte[0]);
  }

  StepProcessor(String name, byte[] step) {
    this.name = name;
    this.step = step;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance hazelcast) {
    owner = (Owner) hazelcast.getUserContext().get(Owner.KEY);
  }

  @Override
  public byte[] process(Map.Entry<String, byte[]> entry) {
    written = null;
    try {
      return run(entry);
    } catch (RuntimeException e) {
      return StepAnswer.failure(e);
    }
  }

  private byte[] run(Map.Entry<String, byte[]> entry) {
    StepTypes.Type type = owner.types().named(name);
    @SuppressWarnings("unchecked")
    Step<Object, Object> value = (Step<Object, Object>) Rows.value(step, type.type());
    byte[] before = entry.getValue();
    Step.Outcome<Object, Object> outcome =
        value.apply(before == null ? null : Rows.value(before, type.row()), owner);
    byte[] answer = StepAnswer.of(outcome.answer());
    RowWriter writer =
        switch (outcome.kind()) {
          case KEEP -> null;
          case WRITE -> new RowWriter(Rows.bytes(outcome.row()));
          case REMOVE -> new RowWriter(null);
        };
    if (writer != null) {
      writer.process(entry);
      written = writer;
    }
    return answer;
  }

  /** What the backups do after {@link #process}; null if the row was kept. */
  @Override
  public @Nullable EntryProcessor<String, byte[], byte[]> getBackupProcessor() {
    return written;
  }

  @Override
  public int getFactoryId() {
    return Wire.FACTORY;
  }

  @Override
  public int getClassId() {
    return Wire.STEP;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(name);
    out.writeByteArray(step);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    name = in.readString();
    step = in.readByteArray();
  }
}
