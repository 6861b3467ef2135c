package dev.holdfast.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Inputs that are kept in the repository, and others made of them: bytes changed, taken out, put
 * in, doubled, and pieces of one put into another. An input that once broke something is added to
 * the folder under a name that says what it broke.
 */
public final class Corpus {
  /** Longest input that is made. */
  public static final int LONGEST = 16 << 10;

  private static final int MOST_CHANGES = 8;

  private final List<byte[]> inputs;
  private final List<byte[]> words;

  private Corpus(List<byte[]> inputs, List<String> words) {
    this.inputs = inputs;
    this.words = words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /**
   * Each file of a folder of the test resources.
   *
   * @param words that inputs of this kind are made of
   */
  public static Corpus files(String folder, String... words) {
    try (Stream<Path> files =
        Files.list(Path.of(Corpus.class.getResource("/corpus/" + folder).toURI()))) {
      List<byte[]> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
      return new Corpus(all, List.of(words));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each line of each file of a folder. */
  public static Corpus lines(String folder, String... words) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] file : files(folder).inputs) {
      new String(file, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> all.add(line.getBytes(StandardCharsets.UTF_8)));
    }
    return new Corpus(all, List.of(words));
  }

  /** The inputs themselves. */
  public List<byte[]> inputs() {
    return inputs;
  }

  /** One more input. */
  public byte[] next(Random random) {
    byte[] input = any(inputs, random);
    for (int i = 1 + random.nextInt(MOST_CHANGES); i > 0; i--) {
      input = changed(input, random);
    }
    return input.length <= LONGEST ? input : java.util.Arrays.copyOf(input, LONGEST);
  }

  private static byte[] any(List<byte[]> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private byte[] changed(byte[] input, Random random) {
    int from = random.nextInt(input.length + 1);
    int to = Math.min(input.length, from + 1 + random.nextInt(1 + random.nextInt(64)));
    return switch (random.nextInt(6)) {
      case 0 -> { // another byte
        byte[] other = input.clone();
        if (from < input.length) {
          other[from] = (byte) random.nextInt(256);
        }
        yield other;
      }
      case 1 -> joined(input, from, new byte[0], to);
      case 2 -> joined(input, from, new byte[] {(byte) random.nextInt(128)}, from);
      case 3 -> joined(input, to, java.util.Arrays.copyOfRange(input, from, to), to);
      case 4 -> {
        byte[] piece = any(inputs, random);
        int begin = random.nextInt(piece.length + 1);
        int end = Math.min(piece.length, begin + 1 + random.nextInt(128));
        yield joined(input, from, java.util.Arrays.copyOfRange(piece, begin, end), from);
      }
      default -> words.isEmpty() ? input : joined(input, from, any(words, random), to);
    };
  }

  private static byte[] joined(byte[] input, int upTo, byte[] piece, int from) {
    byte[] all = new byte[upTo + piece.length + input.length - from];
    System.arraycopy(input, 0, all, 0, upTo);
    System.arraycopy(piece, 0, all, upTo, piece.length);
    System.arraycopy(input, from, all, upTo + piece.length, input.length - from);
    return all;
  }

  /** An input as a message shows it. */
  public static String shown(byte[] input) {
    return java.util.HexFormat.of().formatHex(input)
        + " "
        + new String(input, StandardCharsets.UTF_8);
  }
}
