package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Output of ConsumerPerformance. */
class ConsumerBaselineTest {
    private static final String SAID = """
            start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms,\
             fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec
            2026-11-22 09:00:48:831, 2026-11-22 09:00:50:470, 26.2120, 15.9927, 50000, 30506.4063, 683, 956, 27.4184,\
             52301.2552
            """;

    @Test
    void the_time_until_it_has_its_partitions_does_not_count() {
        assertThat(ConsumerBaseline.perSecond(SAID, 50_000)).hasValue(52301.2552);
    }

    @Test
    void an_incomplete_read_is_no_measurement() {
        assertThat(ConsumerBaseline.perSecond(SAID, 50_001)).isEmpty();
        assertThat(ConsumerBaseline.perSecond("Exiting before consuming the expected number of records", 1))
                .isEmpty();
    }
}
