package dev.holdfast.gateway.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.words.Source;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Headers as the specification has them, and the bytes of HAProxy's proxy_protocol_tlv_validation
 * and tlvs.
 */
class HeaderReaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  /** 127.0.0.1 42 127.0.0.1 1337. */
  private static final String ENDS = "7f0000017f000001002a0539";

  private static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Declared declared(byte[] bytes) {
    return whole(bytes).declared();
  }

  private static HeaderReading.Whole whole(byte[] bytes) {
    HeaderReading reading = HeaderReader.read(bytes);
    assertThat(reading).isInstanceOf(HeaderReading.Whole.class);
    return (HeaderReading.Whole) reading;
  }

  private static String bad(byte[] bytes) {
    HeaderReading reading = HeaderReader.read(bytes);
    assertThat(reading).isInstanceOf(HeaderReading.Bad.class);
    return ((HeaderReading.Bad) reading).why();
  }

  private static byte[] v2(String commandAndFamily, String... rest) {
    byte[] block = hex(rest);
    return hex(
        SIGNATURE, commandAndFamily, String.format("%04x", block.length), String.join("", rest));
  }

  @Test
  void readsALineOfIpv4() {
    byte[] line = ascii("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET / HTTP/1.1\r\n");
    HeaderReading.Whole header = whole(line);
    assertThat(header.length()).isEqualTo(47);
    assertThat(header.declared().client()).isEqualTo(Source.parse("192.168.0.1"));
    assertThat(header.declared().clientPort()).isEqualTo(56_324);
    assertThat(header.declared().target()).isEqualTo(Source.parse("192.168.0.11"));
    assertThat(header.declared().targetPort()).isEqualTo(443);
    assertThat(header.declared().told()).isSameAs(Told.NOTHING);
  }

  @Test
  void readsTheLongestLines() {
    String six = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    assertThat(declared(ascii("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n")))
        .extracting(Declared::client)
        .isEqualTo(Source.parse("255.255.255.255"));
    byte[] line = ascii("PROXY TCP6 " + six + " " + six + " 65535 65535\r\n");
    assertThat(line).hasSize(104);
    assertThat(declared(line).target()).isEqualTo(Source.parse(six));
    byte[] unknown = ascii("PROXY UNKNOWN " + six + " " + six + " 65535 65535\r\n");
    assertThat(unknown).hasSize(107);
    assertThat(whole(unknown)).isEqualTo(new HeaderReading.Whole(107, null));
    byte[] longer = ascii("PROXY UNKNOWN  " + six + " " + six + " 65535 65535\r\n");
    assertThat(bad(longer)).isEqualTo("v1 line: 107 (expected: its end within 107 bytes)");
    assertThat(bad(Arrays.copyOf(longer, 106))).startsWith("v1 line: 107");
    assertThat(HeaderReader.read(Arrays.copyOf(longer, 105))).isSameAs(HeaderReading.PART);
  }

  @ParameterizedTest
  @CsvSource({
    "::1, ::1",
    "2001:DB8::a, 2001:db8::a",
    "::ffff:10.1.2.3, 10.1.2.3",
    "::ffff:a01:203, 10.1.2.3",
    "fe80::1:2:3:4, fe80::1:2:3:4"
  })
  void readsALineOfIpv6(String text, String address) {
    assertThat(declared(ascii("PROXY TCP6 " + text + " ::1 1 2\r\n")).client())
        .isEqualTo(Source.parse(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n",
        "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY  TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.4.5 5.6.7.8 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 99999999999 2\r\n",
        "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP6 ::1%1 ::1 1 2\r\n",
        "PROXY TCP6 [::1] ::1 1 2\r\n",
        "PROXY TCP6 ::1::2 ::1 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n",
        "PROXY TCP6 : ::1 1 2\r\n",
        "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY \r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r",
        "proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
        "GET / HTTP/1.1\r\n",
        "\r\n\r\n\0\r\nQUIT\r"
      })
  void aLineThatIsNotExactlyOneIsBad(String text) {
    byte[] bytes = ascii(text.endsWith("\r") ? text + "X" : text);
    assertThat(bad(bytes)).contains("(expected: ");
  }

  @Test
  void whatIsNoHeaderIsBadAtItsFirstByte() {
    assertThat(bad(ascii("G"))).isEqualTo("byte 0: 71 (expected: a PROXY header)");
    assertThat(bad(ascii("PROXX"))).isEqualTo("byte 4: 88 (expected: a PROXY header)");
    assertThat(bad(hex("0d0a0d0b"))).isEqualTo("byte 3: 11 (expected: a PROXY header)");
    assertThat(bad(hex(SIGNATURE, "11"))).isEqualTo("version: 1 (expected: 2)");
    assertThat(bad(hex(SIGNATURE, "21110ff1"))).isEqualTo("length: 4097 (expected: at most 4096)");
    assertThat(HeaderReader.read(hex(SIGNATURE, "21110ff0"))).isSameAs(HeaderReading.PART);
  }

  @Test
  void unknownIsTheSocketsOwn() {
    assertThat(whole(ascii("PROXY UNKNOWN\r\n"))).isEqualTo(new HeaderReading.Whole(15, null));
    assertThat(whole(ascii("PROXY UNKNOWN what ever\r\n"))).extracting("declared").isNull();
  }

  @Test
  void readsBlocksOfBothFamilies() {
    Declared four = declared(v2("2111", ENDS));
    assertThat(four.clientEnd()).isEqualTo(new InetSocketAddress("127.0.0.1", 42));
    assertThat(four.targetPort()).isEqualTo(1337);
    Declared six =
        declared(
            v2(
                "2121",
                "20010db8000000000000000000000001",
                "00000000000000000000ffff0a010203",
                "ffff0001"));
    assertThat(six.client()).isEqualTo(Source.parse("2001:db8::1"));
    assertThat(six.target()).isEqualTo(Source.parse("10.1.2.3"));
    assertThat(six.clientPort()).isEqualTo(65_535);
  }

  static Stream<String> oneOfItsOwn() {
    return Stream.of(
        hexOf(v2("2000")),
        hexOf(v2("2000", "0400")), // of LOCAL nothing is looked at
        hexOf(v2("2011", ENDS)),
        hexOf(v2("20ff", "00")),
        hexOf(v2("2100")),
        hexOf(v2("2100", "0102030405")),
        hexOf(v2("2112", ENDS)),
        hexOf(v2("2122", "00".repeat(36))),
        hexOf(v2("2131", "00".repeat(216))),
        hexOf(v2("2132", "2f".repeat(216))));
  }

  private static String hexOf(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @MethodSource("oneOfItsOwn")
  void localAndWhatIsNotTcpIsTheSocketsOwn(String header) {
    byte[] bytes = hex(header);
    assertThat(whole(Arrays.copyOf(bytes, bytes.length + 9)))
        .isEqualTo(new HeaderReading.Whole(bytes.length, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2211", "2f00", "2141", "21f1", "2113", "211f", "3111", "0111", "2111", "2131"})
  void aBlockThatIsNotExactlyOneIsBad(String commandAndFamily) {
    assertThat(bad(v2(commandAndFamily, "7f0000017f000001002a05"))).contains("(expected: ");
  }

  @Test
  void fieldsMustEndWithTheHeader() {
    // as HAProxy's proxy_protocol_tlv_validation
    Declared good = declared(v2("2111", ENDS, "0200053132333435"));
    assertThat(good.told().authority()).isEqualTo("12345");
    byte[] after = hex(hexOf(v2("2111", ENDS, "0200053132333435")), "0200053534333231");
    assertThat(whole(after).length()).isEqualTo(36);
    assertThat(declared(after).told().authority()).isEqualTo("12345");
    byte[] tooLong = hex(SIGNATURE, "21110014", ENDS, "02000a31323334353132333435");
    assertThat(bad(tooLong))
        .isEqualTo("field at byte 28: cut off (expected: it ends with the header)");
    byte[] tooShort = hex(SIGNATURE, "21110014", ENDS, "0200043132333435");
    assertThat(bad(tooShort)).startsWith("field at byte 35: cut off");
  }

  @Test
  void keepsWhatItDoesNotKnow() {
    // as HAProxy's tlvs: AWS, Azure, own types
    String fields =
        "ea000b016177732d7670632d6964" + "ee0007014c494e4b4944" + "eb0006637573746f6d" + "ec0000";
    Declared declared = declared(v2("2111", ENDS, fields));
    assertThat(hexOf(declared.passedOn())).isEqualTo(fields);
    assertThat(declared.told()).isSameAs(Told.NOTHING);
    assertThat(declared.lean().passedOn()).isEmpty();
  }

  @Test
  void readsWhatItKnows() {
    Declared declared =
        declared(
            v2(
                "2111",
                ENDS,
                "05000449442d31", // unique id
                "0100026832", // ALPN
                "040003000000", // padding
                "02000b6578616d706c652e636f6d",
                "20001b 01 00000000 210007544c5376312e33 2200096170 70206e616d6521",
                "e8000467772d39"));
    assertThat(declared.told())
        .isEqualTo(new Told("ID-1", "example.com", "h2", "TLSv1.3", "0x617070206e616d6521"));
    assertThat(hexOf(declared.passedOn()))
        .isEqualTo(
            "0100026832"
                + "02000b6578616d706c652e636f6d"
                + "20001b0100000000210007544c5376312e332200096170706e616d6521"
                    .replace("6170706e", "617070206e"));
  }

  @Test
  void namesAreBounded() {
    assertThat(declared(v2("2111", ENDS, "050080", "61".repeat(128))).told().uniqueId())
        .hasSize(128);
    assertThat(bad(v2("2111", ENDS, "050081", "61".repeat(129))))
        .isEqualTo("unique id: 129 bytes (expected: at most 128)");
    assertThat(bad(v2("2111", ENDS, "020100", "61".repeat(256)))).startsWith("authority: 256");
    assertThat(bad(v2("2111", ENDS, "010100", "61".repeat(256)))).startsWith("ALPN: 256");
    assertThat(bad(v2("2111", ENDS, "200004", "01000000"))).startsWith("SSL: 4 bytes");
    assertThat(bad(v2("2111", ENDS, "200007", "0100000000 2100"))).contains("with that of SSL");
  }

  @Test
  void whatCouldForgeALogLineIsShownInHexadecimals() {
    assertThat(declared(v2("2111", ENDS, "020003", "610a62")).told().authority())
        .isEqualTo("0x610a62");
    assertThat(declared(v2("2111", ENDS, "020003", "612062")).told().authority())
        .isEqualTo("0x612062");
    assertThat(declared(v2("2111", ENDS, "020003", "612262")).told().authority())
        .isEqualTo("0x612262");
    assertThat(declared(v2("2111", ENDS, "020002", "c3bc")).told().authority()).isEqualTo("0xc3bc");
  }

  @Test
  void theSumIsChecked() {
    byte[] header = v2("2111", ENDS, "0300040000000005000131");
    java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
    sum.update(header);
    byte[] good = header.clone();
    java.nio.ByteBuffer.wrap(good).putInt(31, (int) sum.getValue());
    assertThat(declared(good).told().uniqueId()).isEqualTo("1");
    assertThat(bad(header)).startsWith("CRC32c: 00000000 (expected: ");
    good[17] ^= 1;
    assertThat(bad(good)).startsWith("CRC32c: ");
    assertThat(bad(v2("2111", ENDS, "030003000000"))).startsWith("CRC32c: 3 bytes");
  }

  @Test
  void everyBeginningOfAHeaderIsAPart() {
    for (byte[] header :
        new byte[][] {
          ascii("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"),
          ascii("PROXY TCP6 ::1 2001:db8::1 1 2\r\n"),
          ascii("PROXY UNKNOWN\r\n"),
          v2("2111", ENDS, "0200053132333435"),
          v2("2000")
        }) {
      for (int length = 0; length < header.length; length++) {
        assertThat(HeaderReader.read(Arrays.copyOf(header, length))).isSameAs(HeaderReading.PART);
      }
      assertThat(whole(header).length()).isEqualTo(header.length);
    }
  }

  @Test
  void writesLines() {
    assertThat(HeaderWriter.v1(of("10.0.0.1", "10.0.0.2")))
        .asString()
        .isEqualTo("PROXY TCP4 10.0.0.1 10.0.0.2 1024 443\r\n");
    assertThat(HeaderWriter.v1(of("2001:db8::1", "::1")))
        .asString()
        .isEqualTo("PROXY TCP6 2001:db8::1 ::1 1024 443\r\n");
    assertThat(HeaderWriter.v1(of("10.0.0.1", "::1")))
        .asString()
        .isEqualTo("PROXY TCP6 ::ffff:10.0.0.1 ::1 1024 443\r\n");
  }

  @Test
  void writesBlocks() throws Exception {
    assertThat(HeaderWriter.v2(of("10.0.0.1", "10.0.0.2"), "ab-1", "gw-1"))
        .isEqualTo(
            hex(
                SIGNATURE,
                "2111001a",
                "0a0000010a000002040001bb",
                "05000461622d31",
                "e8000467772d31"));
    assertThat(HeaderWriter.v2(of("10.0.0.1", "::1"), "1", "g"))
        .isEqualTo(
            hex(
                SIGNATURE,
                "2121002c",
                "00000000000000000000ffff0a000001",
                "00000000000000000000000000000001",
                "040001bb",
                "05000131",
                "e8000167"));
    assertThat(HeaderWriter.local()).isEqualTo(hex(SIGNATURE, "20000000"));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] came = v2("2111", ENDS, "0200053132333435", "0500017a");
    all.write(HeaderWriter.v2(declared(came), "1", "g"));
    Declared again = declared(all.toByteArray());
    assertThat(again.told().authority()).isEqualTo("12345");
    assertThat(again.told().uniqueId()).isEqualTo("1");
  }

  private static Declared of(String client, String target) {
    return Declared.of(new InetSocketAddress(client, 1024), new InetSocketAddress(target, 443));
  }
}
