package dev.holdfast.gateway.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fuzz.Allocation;
import dev.holdfast.fuzz.Corpus;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a proxy, or who pretends to be one, sends: an answer, bounded, the same however the
 * bytes arrive, and none that Netty's decoder contradicts.
 */
class HeaderFuzzTest {
  private static final int TRIES = 100;
  private static final int INPUTS = Integer.getInteger("holdfast.fuzz", 20_000);

  /** What reading one input may allocate: its fields once as they are and once as text. */
  private static final long MOST_BYTES = 64L << 10;

  /** What a header becomes longer by our own fields. */
  private static final int OURS = 16;

  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
  private static final Corpus HEADERS =
      Corpus.files(
          "proxy",
          "PROXY ",
          "TCP4 ",
          "TCP6 ",
          "UNKNOWN",
          "\r\n",
          " ",
          "0",
          "255.255.255.255",
          "::",
          "::ffff:1.2.3.4",
          "1:2:3:4:5:6:7:8",
          "65535",
          "65536",
          SIGNATURE,
          SIGNATURE + "\u0021\u0011\0\u000c",
          SIGNATURE + "\u0021\u0021\0\u0024",
          SIGNATURE + "\u0020\0\0\0",
          "\u0001\0\u0002h2",
          "\u0002\0\u0001a",
          "\u0005\0\u0001a",
          "\u0003\0\u0004\0\0\0\0",
          "\u0020\0\u0005\0\0\0\0\0");

  @Example
  void everyInputOfTheCorpus() {
    HEADERS.inputs().forEach(input -> look(input, input.length / 2));
  }

  @Property(tries = TRIES)
  void headers(@ForAll Random random) {
    for (int i = 0; i < INPUTS / TRIES; i++) {
      byte[] input = HEADERS.next(random);
      switch (random.nextInt(4)) {
        case 0 -> input = fitting(input);
        case 1 -> input = sealed(input);
        default -> {}
      }
      look(input, random.nextInt(input.length + 1));
    }
  }

  /** With the beginning and the length of a block, as next to nothing has at random. */
  private static byte[] fitting(byte[] input) {
    if (input.length < HeaderReader.FIXED_BYTES) {
      return input;
    }
    byte[] fits = input.clone();
    System.arraycopy(HeaderReader.SIGNATURE, 0, fits, 0, HeaderReader.SIGNATURE_BYTES);
    fits[12] = (byte) (0x20 | fits[12] & 1);
    fits[13] = fits[13] >= 0 && fits[13] < 0x33 ? fits[13] : 0x11;
    int length = Math.min(0xffff, input.length - HeaderReader.FIXED_BYTES);
    ByteBuffer.wrap(fits).putShort(HeaderReader.FIXED_BYTES - 2, (short) length);
    return fits;
  }

  /** With a sum that is right. */
  private static byte[] sealed(byte[] input) {
    byte[] longer = Arrays.copyOf(input, input.length + HeaderFields.HEAD + 4);
    longer[input.length] = HeaderFields.CRC32C;
    longer[input.length + 2] = 4;
    byte[] fits = fitting(longer);
    CRC32C sum = new CRC32C();
    sum.update(fits);
    ByteBuffer.wrap(fits).putInt(fits.length - 4, (int) sum.getValue());
    return fits;
  }

  private static void look(byte[] input, int cut) {
    String shown = Corpus.shown(input);
    try {
      HeaderReading reading = HeaderReader.read(input);
      long before = Allocation.bytes(); // the first time may have loaded classes
      HeaderReader.read(input);
      assertThat(Allocation.bytes() - before).as(shown).isLessThan(MOST_BYTES);
      HeaderReading ofPart = HeaderReader.read(Arrays.copyOf(input, cut));
      if (reading instanceof HeaderReading.Whole whole) {
        whole(input, whole, shown);
        assertThat(ofPart)
            .as(shown)
            .isInstanceOf(
                cut < whole.length() ? HeaderReading.Part.class : HeaderReading.Whole.class);
      } else if (reading instanceof HeaderReading.Bad bad) {
        assertThat(bad.why())
            .as(shown)
            .matches("[ -~]+ \\(expected: [ -~]+\\)")
            .hasSizeLessThan(200);
        assertThat(ofPart).as(shown).isNotInstanceOf(HeaderReading.Whole.class);
      } else {
        assertThat(input).as(shown).hasSizeLessThan(HeaderReader.MOST_BYTES);
        assertThat(ofPart).as(shown).isInstanceOf(HeaderReading.Part.class);
      }
    } catch (RuntimeException e) {
      throw new AssertionError(shown, e);
    }
  }

  private static void whole(byte[] input, HeaderReading.Whole whole, String shown) {
    assertThat(whole.length()).as(shown).isBetween(1, Math.min(input.length, 4096));
    Declared declared = whole.declared();
    if (declared == null) {
      return;
    }
    HAProxyMessage other = other(Arrays.copyOf(input, whole.length()));
    if (other != null) {
      assertThat(other.command()).as(shown).isEqualTo(HAProxyCommand.PROXY);
      assertThat(declared.clientEnd())
          .as(shown)
          .isEqualTo(new InetSocketAddress(other.sourceAddress(), other.sourcePort()));
      assertThat(new InetSocketAddress(declared.target().address(), declared.targetPort()))
          .as(shown)
          .isEqualTo(new InetSocketAddress(other.destinationAddress(), other.destinationPort()));
      other.release();
    }
    Told told = declared.told();
    Stream.of(told.uniqueId(), told.authority(), told.alpn(), told.tls(), told.commonName())
        .filter(text -> text != null)
        .forEach(text -> assertThat(text).as(shown).matches("[!-~]{1,512}").doesNotContain("\""));
    Declared line = again(HeaderWriter.v1(declared), shown);
    assertThat(line).as(shown).isEqualTo(bare(declared));
    Declared block = again(HeaderWriter.v2(declared, "gw-1~1", "gw-1"), shown);
    assertThat(bare(block)).as(shown).isEqualTo(bare(declared));
    if (whole.length() < HeaderReader.MOST_BYTES - OURS) { // else some were left out
      assertThat(block.passedOn()).as(shown).isEqualTo(declared.passedOn());
      assertThat(block.told())
          .as(shown)
          .isEqualTo(
              new Told("gw-1~1", told.authority(), told.alpn(), told.tls(), told.commonName()));
    }
  }

  /** What is written is read again. */
  private static Declared again(byte[] header, String shown) {
    HeaderReading reading = HeaderReader.read(header);
    assertThat(reading).as(shown).isInstanceOf(HeaderReading.Whole.class);
    HeaderReading.Whole whole = (HeaderReading.Whole) reading;
    assertThat(whole.length()).as(shown).isEqualTo(header.length);
    assertThat(whole.declared()).as(shown).isNotNull();
    return whole.declared();
  }

  private static Declared bare(Declared of) {
    return new Declared(
        of.client(), of.clientPort(), of.target(), of.targetPort(), Told.NOTHING, Declared.NOTHING);
  }

  /** What Netty's decoder makes of a header that we take, or null if it takes less. */
  private static @Nullable HAProxyMessage other(byte[] header) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(header));
      return channel.readInbound();
    } catch (DecoderException e) {
      return null;
    } finally {
      channel.finishAndReleaseAll();
    }
  }
}
