package dev.holdfast.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.words.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  record Note(String text, long number) {}

  private static final StateFolder.Kind<Note> NOTE = new StateFolder.Kind<>("note", 3, Note.class);
  private static final NodeName GW_1 = new NodeName("gw-1");
  private static final Host HOST = new Host("machine", "boot");

  @TempDir Path dir;

  @Test
  void aValueComesBack() throws Exception {
    try (StateFolder folder = StateFolder.open(dir.resolve("a/b"))) {
      assertThat(folder.read(NOTE)).isEmpty();
      folder.write(NOTE, new Note("x", 7));
      folder.write(NOTE, new Note("y", 8));
      assertThat(folder.read(NOTE)).contains(new Note("y", 8));
    }
  }

  @Test
  void aTornFileIsSetAside() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      folder.write(NOTE, new Note("x", 7));
      Path file = dir.resolve("note");
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, java.util.Arrays.copyOf(whole, length));
        assertThat(folder.read(NOTE)).as("first %d bytes", length).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(dir.resolve("note.aside")).exists();
      }
    }
  }

  @Test
  void aFlippedBitAForeignFileAndALaterFormatAreSetAside() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      folder.write(NOTE, new Note("x", 7));
      Path file = dir.resolve("note");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 3] ^= 1;
      Files.write(file, bytes);
      assertThat(folder.read(NOTE)).isEmpty();
      Files.writeString(file, "{\"text\":\"x\",\"number\":7}\n");
      assertThat(folder.read(NOTE)).isEmpty();
      folder.write(new StateFolder.Kind<>("note", 5, Note.class), new Note("x", 7));
      assertThat(folder.read(NOTE)).isEmpty();
    }
  }

  @Test
  void theFormatsBeforeAndTheOneAfterAreRead() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      for (int format : new int[] {1, 2, 3, 4}) {
        folder.write(new StateFolder.Kind<>("note", format, Note.class), new Note("x", format));
        assertThat(folder.read(NOTE)).contains(new Note("x", format));
      }
    }
  }

  @Test
  void aSecondUserIsRefusedWithOneLine() throws Exception {
    StateFolder first = StateFolder.open(dir);
    assertThatThrownBy(() -> StateFolder.open(dir))
        .isInstanceOf(StartFault.class)
        .hasMessage("state-dir: " + dir + " (expected: a folder that no other process uses)");
    first.close();
    StateFolder.open(dir).close();
  }

  @Test
  void aFolderThatCannotBeWrittenIsRefusedWithOneLine() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> StateFolder.open(file.resolve("state")))
        .isInstanceOf(StartFault.class)
        .hasMessage(
            "state-dir: "
                + file.resolve("state")
                + " (expected: a folder that this process may write)");
  }

  @Test
  void anIncarnationIsAboveTheClockAndAboveTheOneBefore() throws Exception {
    assertThat(take(dir, HOST, 1000).id().incarnation()).isEqualTo(1000);
    assertThat(take(dir, HOST, 2000).id().incarnation()).isEqualTo(2000);
    assertThat(take(dir, HOST, 500).id().incarnation()).isEqualTo(2001);
    assertThat(take(dir, HOST, 500).id().incarnation()).isEqualTo(2002);
  }

  @Test
  void theLockProvesTheHolderBeforeOnTheSameBootOrAfterARestartOfTheMachine() throws Exception {
    assertThat(take(dir, HOST, 1000).proves()).isZero();
    assertThat(take(dir, HOST, 2000).proves()).isEqualTo(1000);
    assertThat(take(dir, new Host("machine", "boot-2"), 3000).proves()).isEqualTo(2000);
    assertThat(take(dir, new Host("other", "boot-3"), 4000).proves()).isZero();
    assertThat(take(dir, new Host("", ""), 5000).proves()).isZero();
  }

  @Test
  void aCopiedFolderProvesNothingAndHasAnIdOfItsOwn() throws Exception {
    Path original = dir.resolve("original");
    Path copy = Files.createDirectories(dir.resolve("copy"));
    Identity first = take(original, HOST, 1000);
    Files.copy(
        original.resolve("holder"), copy.resolve("holder"), StandardCopyOption.COPY_ATTRIBUTES);
    Identity second = take(copy, HOST, 500);
    assertThat(second.proves()).isZero();
    assertThat(second.folder()).isNotEqualTo(first.folder());
    assertThat(second.id().incarnation()).isEqualTo(1001);
    assertThat(take(original, HOST, 2000).folder()).isEqualTo(first.folder());
  }

  @Test
  void aRefusedStartRaisesTheNextIncarnation() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      Identity.take(folder, GW_1, HOST, 1000, UUID::randomUUID).raiseFloor(folder, 7000);
    }
    assertThat(take(dir, HOST, 1500).id().incarnation()).isEqualTo(7001);
  }

  private static Identity take(Path dir, Host host, long wallMs) throws StartFault {
    try (StateFolder folder = StateFolder.open(dir)) {
      return Identity.take(folder, GW_1, host, wallMs, UUID::randomUUID);
    }
  }
}
