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

class BrokerLivenessTest {
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
    private final ReadinessAlarms alarms = new ReadinessAlarms();
    private final BrokerLiveness liveness = new BrokerLiveness(consumer, alarms);

    @Test
    void it_is_ready_when_the_brokers_answered_though_nothing_is_new() {
        assertThat(alarms.call().getStatus()).isEqualTo(Status.DOWN);

        liveness.afterPoll(false);

        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void brokers_that_do_not_answer_are_noticed_though_polls_end_well() {
        away = true;

        liveness.afterPoll(false);

        assertThat(alarms.call().getData().orElseThrow()).containsEntry("Kafka", "no answer within 2 s");
    }

    @Test
    void records_are_an_answer() {
        away = true;

        liveness.afterPoll(true);

        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
    }
}
