package millrace.analytics.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import millrace.analytics.Topics;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;

class LiveReaderTest {
    private final LiveChannels channels = new LiveChannels(Topics.of(""));

    @Test
    void a_runtime_exception_closes_the_subscriptions_with_its_message() {
        var subscriptions = new LiveSubscriptions(channels, new FaultyConsumers(channels));

        var updates = subscriptions
                .subscribe(Set.of("visits"))
                .collect()
                .asList()
                .await()
                .atMost(Duration.ofSeconds(30));

        assertThat(updates).last().asString().contains("cannot be read", "out of bounds");
    }

    private static class FaultyConsumers extends Consumers {
        FaultyConsumers(LiveChannels channels) {
            super(Map.of(), channels);
        }

        @Override
        KafkaConsumer<String, byte[]> openAtEnd() {
            throw new IndexOutOfBoundsException("out of bounds");
        }
    }
}
