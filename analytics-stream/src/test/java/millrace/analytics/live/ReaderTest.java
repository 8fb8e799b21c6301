package millrace.analytics.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import millrace.analytics.stream.Topics;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;

class ReaderTest {
    private final LiveChannels channels = new LiveChannels(Topics.of(""));

    @Test
    void a_fault_of_its_own_is_told_to_the_listeners_too() {
        var listeners = new Listeners(channels, new FaultyConsumers(channels));

        var updates =
                listeners.listen(Set.of("visits")).collect().asList().await().atMost(Duration.ofSeconds(30));

        assertThat(updates).last().asString().contains("cannot be read", "out of bounds");
    }

    private static class FaultyConsumers extends Consumers {
        FaultyConsumers(LiveChannels channels) {
            super(Map.of(), channels);
        }

        @Override
        KafkaConsumer<String, byte[]> atTheEnd() {
            throw new IndexOutOfBoundsException("out of bounds");
        }
    }
}
