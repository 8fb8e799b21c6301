package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class PulseTest {
    private boolean away;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
            if (away) {
                throw new TimeoutException("Nobody there");
            }
            return Map.of();
        }
    };
    private final Condition condition = new Condition();
    private final Pulse pulse = new Pulse(consumer, condition);

    @Test
    void it_is_ready_when_the_brokers_answered_though_nothing_is_new() {
        assertThat(condition.call().getStatus()).isEqualTo(Status.DOWN);

        pulse.polled(false);

        assertThat(condition.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void brokers_that_do_not_answer_are_noticed_though_polls_end_well() {
        away = true;

        pulse.polled(false);

        assertThat(condition.call().getData().orElseThrow()).containsEntry("Kafka", "no answer within 2 s");
    }

    @Test
    void records_are_an_answer() {
        away = true;

        pulse.polled(true);

        assertThat(condition.call().getStatus()).isEqualTo(Status.UP);
    }
}
