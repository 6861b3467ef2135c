package dev.holdfast.members;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.words.HostPort;
import dev.holdfast.words.NodeId;
import dev.holdfast.words.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  record Note(String text, long number) {}

  private static final StateFolder.Kind<Note> NOTE = note(3);
  private static final NodeName GW_1 = new NodeName("gw-1");
  private static final Host HOST = new Host("machine", "boot");

  @TempDir Path dir;

  private static StateFolder.Kind<Note> note(int format) {
    return new StateFolder.Kind<>("note", format, Note.class, "nothing is noted");
  }

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
  void whatCannotBeReadIsSetAsideAndCountsAsAbsent() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      Path file = dir.resolve("note");
      for (int number = 1; number <= 5; number++) {
        Files.writeString(file, "holdfast-state note");
        assertThat(folder.read(NOTE)).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(dir.resolve(".bad-note-" + number)).hasContent("holdfast-state note");
      }
      assertThat(dir.resolve(".bad-note-2")).doesNotExist();
      assertThat(dir.resolve(".bad-note-3")).exists();
      folder.write(NOTE, new Note("x", 7));
      assertThat(folder.read(NOTE)).contains(new Note("x", 7));
    }
  }

  @Test
  void aForeignFileAndALaterFormatAreSaidAndNotRead() throws Exception {
    byte[] json = "{\"text\":\"x\",\"number\":7}\n".getBytes(UTF_8);
    assertThatThrownBy(() -> StateFile.decode(NOTE, json)).hasMessage("foreign");
    byte[] later = StateFile.encode(note(5), new Note("x", 7));
    assertThatThrownBy(() -> StateFile.decode(NOTE, later)).hasMessage("of format 5, known is 3");
    byte[] other =
        StateFile.encode(
            new StateFolder.Kind<>("other", 3, Note.class, "nothing"), new Note("x", 7));
    assertThatThrownBy(() -> StateFile.decode(NOTE, other)).hasMessage("of another kind: other");
    byte[] broken =
        StateFile.encode(new StateFolder.Kind<>("note", 3, int[].class, "nothing"), new int[2]);
    assertThatThrownBy(() -> StateFile.decode(NOTE, broken)).hasMessageStartingWith("a value that");
  }

  @Test
  void everyTruncationAndEveryFlippedBitOfEveryKindIsFound() throws Exception {
    NodeId self = new NodeId(GW_1, 1000);
    Roster roster = Roster.EMPTY.with(self, "folder").accepting(self).forming(1);
    everyFault(RosterFile.KIND, roster.with(new NodeId(new NodeName("gw-2"), 7), "other"));
    everyFault(Identity.HOLDER, new Identity.Holder("id", "(dev=1,ino=2)", GW_1, 1000, 1000, HOST));
    everyFault(
        Members.Addresses.KIND,
        new Members.Addresses(List.of(new WatchRow(self, HostPort.parse("127.0.0.1:5701")))));
    everyFault(NOTE, new Note("ä", Long.MIN_VALUE));
  }

  private static <T> void everyFault(StateFolder.Kind<T> kind, T value) throws Exception {
    StateFaults.find(kind, value, 1);
  }

  @Test
  void aPoolMayHaveAnyNameThatPoolsHave() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      for (String name : List.of("epoch-Chat_2.eu", "epoch-x", "epoch-x.tmp", "epoch-9")) {
        var kind = new StateFolder.Kind<>(name, 1, Note.class, "nothing");
        folder.write(kind, new Note(name, 1));
      }
      for (String name : List.of("epoch-Chat_2.eu", "epoch-x", "epoch-x.tmp", "epoch-9")) {
        var kind = new StateFolder.Kind<>(name, 1, Note.class, "nothing");
        assertThat(folder.read(kind)).contains(new Note(name, 1));
      }
    }
  }

  @Test
  void theFormatsBeforeAndTheOneAfterAreRead() throws Exception {
    try (StateFolder folder = StateFolder.open(dir)) {
      for (int format : new int[] {1, 2, 3, 4}) {
        folder.write(note(format), new Note("x", format));
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
