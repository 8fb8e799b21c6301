package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class OutboxShardsTest {
    @Test
    void there_are_as_many_as_the_channels_have_partitions() {
        assertThat(Catalogue.channels())
                .filteredOn(channel -> OutboxProducer.CHANNELS.contains(channel.name()))
                .extracting(Catalogue.Entry::name, Catalogue.Entry::partitions)
                .isNotEmpty()
                .allSatisfy(channel -> assertThat(channel.toList().getLast())
                        .as(
                                "partitions of %s, which are Outbox.SHARDS",
                                channel.toList().getFirst())
                        .isEqualTo(Outbox.SHARDS));
    }

    @Test
    void a_keys_shard_is_its_partition() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> ("order-" + i).getBytes(UTF_8)))
                .allSatisfy(key -> assertThat(Outbox.shard(key))
                        .isEqualTo(BuiltInPartitioner.partitionForKey(key, Outbox.SHARDS)));
    }
}
