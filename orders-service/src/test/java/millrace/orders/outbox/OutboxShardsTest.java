package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class OutboxShardsTest {
    /** Channels of totals and of generations, whose records do not need the sequence of a key's shard. */
    private static final List<String> WRITTEN_PAST_THE_OUTBOX =
            List.of(Channels.LEDGER.name(), Channels.GENERATIONS.name());

    @Test
    void there_are_as_many_as_the_channels_have_partitions() {
        assertThat(Catalogue.channels())
                .filteredOn(channel -> channel.writers().contains("orders-service"))
                .filteredOn(channel -> !WRITTEN_PAST_THE_OUTBOX.contains(channel.name()))
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
