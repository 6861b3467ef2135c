package dev.holdfast.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
  @Test
  void thePageLoadsNothingAndNothingInItEndsTheScript() throws IOException {
    String page = HtmlReport.page("{\"scenario\":\"</script><b>\"}");
    assertThat(page)
        .contains("\\u003c/script>\\u003cb>")
        .doesNotContain("</script><b>", "/*DATA*/", "/*JS*/", "/*CSS*/")
        .doesNotContainPattern("(src|href)=");
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.50µs", "12.34, 12.3µs", "999, 999µs", "1500, 1.50ms", "2500000, 2.50s"})
  void timesAreReadable(double micros, String shown) {
    assertThat(Show.micros(micros)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"5, 5.00 B", "3328, 3328 B", "20000, 20.0 kB", "5000000, 5.00 MB", "2e9, 2.00 GB"})
  void sizesAreReadable(double bytes, String shown) {
    assertThat(Show.bytes(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"5, 5s", "65, 1m05s", "3661, 1h01m"})
  void spansAreReadable(double seconds, String shown) {
    assertThat(Show.seconds(seconds)).isEqualTo(shown);
  }

  @Test
  void namesAreCamelCaseInJson() {
    assertThat(JsonReport.camel("LOST_BY_FIN")).isEqualTo("lostByFin");
  }
}
