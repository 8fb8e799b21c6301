package millrace.console.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import millrace.console.call.ConsoleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTimeTest {
    @Test
    void a_time_is_read() {
        assertThat(LedgerView.time("2026-01-31T12:00:00Z")).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "noon",
                "1969-12-31T23:00:00Z",
                "-1000000000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z"
            })
    void a_time_that_no_record_can_have_is_refused(String text) {
        assertThatThrownBy(() -> LedgerView.time(text))
                .isInstanceOfSatisfying(
                        ConsoleException.class,
                        refused -> assertThat(refused.status()).isEqualTo(400));
    }
}
