package dev.holdfast.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  /** SHA-256 of {@code abc} (FIPS 180-4, example). */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void knowsABearerByTheHash() {
    Tokens tokens =
        Tokens.parse("t", "- { name: ann, role: operator, sha256: \"" + ABC.toUpperCase() + "\" }");
    assertThat(tokens.bearer("abc")).contains(new Caller("ann", Role.OPERATOR));
    assertThat(tokens.bearer("abd")).isEmpty();
    assertThat(tokens.bearer(ABC)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''                                            ; a list",
        "{}                                            ; a list",
        "[]                                            ; at least one",
        "'[{ name: a, role: viewer }]'                 ; name, role, sha256",
        "'[{ name: a, role: viewer, sha256: X, x: 1 }]'; name, role, sha256",
        "'[{ name: \"\", role: viewer, sha256: X }]'   ; 1-63 characters",
        "'[{ name: a, role: root, sha256: H }]'        ; viewer or operator",
        "'[{ name: a, role: viewer, sha256: abc }]'    ; 64 hexadecimal digits",
        "'[{ name: a, role: viewer, sha256: H }, { name: a, role: viewer, sha256: H }]'; once",
        "'[ {'                                         ; YAML"
      })
  void saysWhatIsWrong(String text, String expected) {
    assertThatThrownBy(() -> Tokens.parse("tokens.yaml", text.replace("H", '"' + ABC + '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokens.yaml: ")
        .hasMessageContaining("(expected: ")
        .hasMessageContaining(expected.trim())
        .hasMessageNotContaining(ABC);
  }
}
