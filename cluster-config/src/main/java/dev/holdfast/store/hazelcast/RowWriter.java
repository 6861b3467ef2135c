package dev.holdfast.store.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the row that an owner produced, or removes it: what a backup does after a step. */
final class RowWriter
    implements EntryProcessor<String, byte[], byte[]>, IdentifiedDataSerializable {
  // never written by Java serialization: the wire knows a number for this class
  private static final long serialVersionUID = 1L;

  private byte @Nullable [] row;

  RowWriter(byte @Nullable [] row) {
    this.row = row;
  }

  @Override
  public byte @Nullable [] process(Map.Entry<String, byte[]> entry) {
    entry.setValue(row);
    return null;
  }

  @Override
  public EntryProcessor<String, byte[], byte[]> getBackupProcessor() {
    return this;
  }

  @Override
  public int getFactoryId() {
    return Wire.FACTORY;
  }

  @Override
  public int getClassId() {
    return Wire.ROW;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeByteArray(row);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    row = in.readByteArray();
  }
}
