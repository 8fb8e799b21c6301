package millrace.analytics;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.analytics.engine.InternalFormat;
import millrace.analytics.engine.UnknownFormatException;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

class StreamThreadFailurePolicyTest {
    private final AtomicInteger ended = new AtomicInteger();
    private Instant now = Instant.EPOCH;
    private final StreamThreadFailurePolicy policy = new StreamThreadFailurePolicy(
            new Clock() {
                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now;
                }
            },
            ended::incrementAndGet);

    @Test
    void a_failed_thread_is_replaced_five_times_in_ten_minutes_and_then_the_process_ends() {
        for (var failure = 0; failure < 5; failure++) {
            assertThat(policy.handle(new IllegalStateException("a test"))).isEqualTo(REPLACE_THREAD);
        }
        assertThat(ended).hasValue(0);

        assertThat(policy.handle(new IllegalStateException("a test"))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(ended).hasValue(1);
    }

    @Test
    void failures_outside_the_window_do_not_count() {
        for (var failure = 0; failure < 20; failure++) {
            assertThat(policy.handle(new IllegalStateException("a test"))).isEqualTo(REPLACE_THREAD);
            now = now.plus(Duration.ofMinutes(3));
        }
    }

    @Test
    void the_process_ends_at_once_where_another_release_has_written_the_state() {
        var unreadable = assertThrows(
                UnknownFormatException.class,
                () -> InternalFormat.of(Serdes.Long()).deserializer().deserialize("a-store", new byte[] {1, 2}));

        assertThat(policy.handle(new IllegalStateException(unreadable))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(ended).hasValue(1);
    }
}
