package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fuzz.Allocation;
import dev.holdfast.fuzz.Corpus;
import dev.holdfast.words.Source;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What people and programs write as a network or as a configuration costs a message at most. */
class ConfigFuzzTest {
  private static final int TRIES = 100;
  private static final int INPUTS = Integer.getInteger("holdfast.fuzz", 10_000);

  /** What reading one input may allocate: 200,000 values, to which aliases unfold at most. */
  private static final long MOST_BYTES = 64L << 20;

  private static final Corpus NETWORKS =
      Corpus.lines("cidr", "/", "::", ":", ".", "0", "ffff", "%");
  private static final Corpus FILES =
      Corpus.files(
          "yaml",
          "*a",
          "&a ",
          "- ",
          ": ",
          "none",
          "\n",
          "{",
          "}",
          "[",
          "]",
          "!!str ",
          "'",
          "\"",
          "|\n",
          "<<: ",
          "? ",
          "#",
          "---\n",
          "99999999999",
          "1e999",
          "\u0000",
          "\uFEFF");

  @Example
  void everyInputOfTheCorpus() {
    NETWORKS.inputs().forEach(ConfigFuzzTest::network);
    FILES.inputs().forEach(ConfigFuzzTest::file);
  }

  @Property(tries = TRIES)
  void networks(@ForAll Random random) {
    for (int i = 0; i < INPUTS / TRIES; i++) {
      network(NETWORKS.next(random));
    }
  }

  @Property(tries = TRIES)
  void files(@ForAll Random random) {
    for (int i = 0; i < INPUTS / TRIES; i++) {
      file(FILES.next(random));
    }
  }

  private static void network(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    long before = Allocation.bytes();
    try {
      Cidr network = Cidr.parse(text);
      assertThat(network.contains(network.base())).as(Corpus.shown(input)).isTrue();
      assertThat(Cidr.parse(network.toString())).as(Corpus.shown(input)).isEqualTo(network);
      assertThat(Source.parse(network.base().toString())).isEqualTo(network.base());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).as(Corpus.shown(input)).contains("expected: ADDRESS/PREFIX");
    } catch (RuntimeException e) {
      throw new AssertionError(Corpus.shown(input), e);
    }
    assertThat(Allocation.bytes() - before).as(Corpus.shown(input)).isLessThan(MOST_BYTES);
  }

  private static void file(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    long before = Allocation.bytes();
    try {
      Checked<Settings> checked = ConfigFileTest.parse(text);
      if (checked instanceof Checked.Good<Settings> good) {
        SharedConfig shared = good.value().shared();
        assertThat(SharedConfig.ofJson(shared.json())).as(Corpus.shown(input)).isEqualTo(shared);
      } else {
        assertThat(checked.found()).as(Corpus.shown(input)).isNotEmpty();
        checked.found().forEach(fault -> message(fault, input));
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(Corpus.shown(input), e);
    }
    assertThat(Allocation.bytes() - before).as(Corpus.shown(input)).isLessThan(MOST_BYTES);
  }

  /** One line that says where, what and what instead. */
  private static void message(Fault fault, byte[] input) {
    assertThat(fault.toString())
        .as(Corpus.shown(input))
        .contains("(expected: ")
        .doesNotContain("\n")
        .hasSizeLessThan(600);
    assertThat(fault.line()).isNotNegative();
  }
}
