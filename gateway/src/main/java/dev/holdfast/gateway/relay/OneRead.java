package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * One read a wake-up; its size doubles when it was filled and halves when it was filled to less
 * than a quarter. One object a channel, two small fields of state.
 */
final class OneRead implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
  private static final int SMALLEST = 512;

  private final RelayMemory memory;
  private int next = 2048;
  private int attempted;
  private int last;

  OneRead(RelayMemory memory) {
    this.memory = memory;
  }

  @Override
  @Deprecated
  public Handle newHandle() {
    return this;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator allocator) {
    return allocator.ioBuffer(guess());
  }

  @Override
  public int guess() {
    return Math.min(next, memory.mostOfRead());
  }

  @Override
  public void reset(ChannelConfig config) {}

  @Override
  public void incMessagesRead(int messages) {}

  @Override
  public void lastBytesRead(int bytes) {
    last = bytes;
    if (bytes == attempted) {
      next = Math.min(next * 2, RelayMemory.LARGE_READ);
    } else if (bytes > 0 && bytes < attempted / 4) {
      next = Math.max(next / 2, SMALLEST);
    }
  }

  @Override
  public int lastBytesRead() {
    return last;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attempted = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attempted;
  }

  @Override
  public boolean continueReading() {
    return false;
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
    return false;
  }

  @Override
  public void readComplete() {}
}
