package millrace.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {
    private static final Instant RECEIVED = Instant.parse("2024-05-01T12:00:00Z");

    private final List<String> faults = new ArrayList<>();

    @Test
    void without_a_time_it_happened_when_it_was_received() {
        assertThat(time(null, null)).isEqualTo(new EventTime(RECEIVED, false));
        assertThat(time(null, "1999-01-01T00:00:00Z")).isEqualTo(new EventTime(RECEIVED, false));
    }

    @Test
    void a_clock_that_is_off_is_put_right_by_when_it_says_it_sent() {
        var anHourAhead = time("2024-05-01T12:59:00Z", "2024-05-01T13:00:00Z");
        var aYearBehind = time("2023-05-01T11:59:00Z", "2023-05-01T12:00:00Z");

        assertThat(anHourAhead).isEqualTo(aYearBehind).isEqualTo(at("2024-05-01T11:59:00Z"));
    }

    @Test
    void without_a_time_of_sending_history_is_kept_as_it_is() {
        assertThat(time("2010-12-01T08:26:00Z", null)).isEqualTo(at("2010-12-01T08:26:00Z"));
    }

    @Test
    void the_future_is_bounded_and_marked() {
        assertThat(time("2025-05-01T12:00:00Z", null)).isEqualTo(new EventTime(RECEIVED, true));
        assertThat(time("2024-05-01T11:00:00Z", "2024-05-01T10:00:00Z")).isEqualTo(new EventTime(RECEIVED, true));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-04-30T12:00:00Z, 2024-04-30T12:00:00Z",
        "2024-04-30T12:00:00.123456789Z, 2024-04-30T12:00:00.123456789Z",
        "2024-04-30T12:00:00.5Z, 2024-04-30T12:00:00.5Z",
        "2024-04-30T12:00:00.123Z, 2024-04-30T12:00:00.123Z",
        "2024-04-30T12:00:00.5+02, 2024-04-30T10:00:00.5Z",
        "2024-04-30T12:00:00+02:00, 2024-04-30T10:00:00Z",
        "2024-04-30T12:00:00-0330, 2024-04-30T15:30:00Z",
        "2024-04-30T12:00:00+02, 2024-04-30T10:00:00Z",
        "2024-04-30T12:00Z, 2024-04-30T12:00:00Z",
        "2024-04-30T12:00:00, 2024-04-30T12:00:00Z",
        "2024-04-30, 2024-04-30T00:00:00Z",
        "2024-04-30t12:00:00z, 2024-04-30T12:00:00Z",
        "2024-04-30t12:00:00.123z, 2024-04-30T12:00:00.123Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
        "2016-12-31T23:59:60.500Z, 2016-12-31T23:59:59.5Z",
        "2016-12-31T15:59:60-08:00, 2016-12-31T23:59:59Z",
    })
    void iso_8601_is_understood(String text, Instant instant) {
        assertThat(time(text, null)).isEqualTo(new EventTime(instant, false));
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "1714564800",
                "2024-02-30T12:00:00Z",
                "2024-02-30T12:00:00.000Z",
                "2024-04-30T24:00:00.000Z",
                "2024-04-30 12:00:00.000Z",
                "2024-04-30T12:00:00.٠٠٠Z",
                "2024-04-30T25:00:00Z",
                "2024-04-30T12:00:60Z",
                "2024-04-30T12:00:60.000Z",
                "2024-04-30T23:59:61Z",
                "2024-04-30T12:00:00Zulu",
                "+12024-04-30T12:00:00Z",
                "٢٠٢٤-04-30T12:00:00Z"
            })
    void anything_else_is_a_fault(String text) {
        time(text, null);

        assertThat(faults).containsExactly("timestamp must be a time in ISO 8601, for example 2024-05-01T12:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "", "1764340000000"})
    void a_time_of_sending_that_cannot_be_read_corrects_nothing(String sentAt) {
        assertThat(time("2024-04-30T12:00:00Z", sentAt)).isEqualTo(at("2024-04-30T12:00:00Z"));
        assertThat(time(null, sentAt)).isEqualTo(new EventTime(RECEIVED, false));
        assertThat(faults).isEmpty();
    }

    @Test
    void no_clock_goes_back_before_1970() {
        time("1969-12-31T23:59:59Z", null);
        time("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z");

        assertThat(faults).containsExactly("timestamp must not be before 1970", "timestamp must not be before 1970");
    }

    private EventTime time(String timestamp, String sentAt) {
        return EventTime.of(timestamp, sentAt, RECEIVED, faults);
    }

    private static EventTime at(String instant) {
        return new EventTime(Instant.parse(instant), false);
    }
}
