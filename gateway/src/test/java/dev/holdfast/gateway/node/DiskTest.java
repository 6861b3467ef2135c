package dev.holdfast.gateway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.members.StateFaults;
import dev.holdfast.members.StateFolder;
import dev.holdfast.words.PoolName;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
  @TempDir Path dir;

  @Test
  void theLastEpochOfAPoolOfAnyNameComesBack() throws Exception {
    PoolName pool = new PoolName("Chat_2.eu");
    try (StateFolder folder = StateFolder.open(dir)) {
      try (Disk disk = new Disk(folder)) {
        assertThat(disk.last(pool)).isNull();
        for (byte i = 0; i < 50; i++) {
          disk.keep(pool, new byte[] {i});
        }
      } // waits for what is under way
      assertThat(new Disk(folder).last(pool)).containsExactly(49);
    }
  }

  @Test
  void noFaultOfTheDiskIsReadAsAnEpoch() throws Exception {
    long seed = System.nanoTime();
    byte[] epoch = new byte[150_000];
    new Random(seed).nextBytes(epoch);
    StateFaults.find(Disk.kind(new PoolName("chat")), new Disk.KeptEpoch(epoch), seed);
  }
}
