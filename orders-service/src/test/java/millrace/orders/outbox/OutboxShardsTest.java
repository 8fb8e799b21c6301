package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class OutboxShardsTest {
    @Test
    void there_are_as_many_as_the_channels_have_partitions() {
        assertThat(Catalogue.channels())
                .filteredOn(channel -> channel.name().equals(Channels.ORDERS.name())
                        || channel.name().equals(Channels.ORDER_STATE.name()))
                .hasSize(2)
                .allSatisfy(channel -> assertThat(channel.partitions()).isEqualTo(Outbox.SHARDS));
    }

    @Test
    void a_keys_shard_is_its_partition() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> ("order-" + i).getBytes(UTF_8)))
                .allSatisfy(key -> assertThat(Outbox.shard(key))
                        .isEqualTo(BuiltInPartitioner.partitionForKey(key, Outbox.SHARDS)));
    }
}
