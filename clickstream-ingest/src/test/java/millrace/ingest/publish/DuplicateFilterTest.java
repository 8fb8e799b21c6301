package millrace.ingest.publish;

import static millrace.ingest.publish.DuplicateFilter.identity;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.ingest.publish.RequestDeduplicator.Novelty;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DuplicateFilterTest {
    @Test
    void an_event_is_known_by_its_source_channel_and_id() {
        assertThat(identity("shop", "clicks", "1")).isEqualTo(identity("shop", "clicks", "1"));
        assertThat(IntStream.range(0, 100_000)
                        .mapToObj(i -> identity(i % 2 == 0 ? "shop" : "blog", "clicks", Integer.toString(i / 2)))
                        .distinct())
                .hasSize(100_000);
        assertThat(identity("shopc", "licks", "1")).isNotEqualTo(identity("shop", "clicks", "1"));
    }

    @Test
    void another_event_under_a_known_id_is_no_repeat() {
        var filter = new DuplicateFilter(1_024);
        var identity = identity("shop", "clicks", "1");

        assertThat(filter.lookUp(identity, 7)).isEqualTo(Novelty.NEW);
        filter.add(identity, 7);

        assertThat(filter.lookUp(identity, 7)).isEqualTo(Novelty.DUPLICATE);
        assertThat(IntStream.range(8, 10_000).filter(digest -> filter.lookUp(identity, digest) != Novelty.CONFLICT))
                .isEmpty();
    }

    @Test
    void it_never_grows_and_what_is_new_takes_the_place_of_what_is_old() {
        var filter = new DuplicateFilter(1_024);
        var identities = IntStream.range(0, 100_000)
                .mapToLong(i -> identity("shop", "clicks", "event-" + i))
                .toArray();
        for (var identity : identities) {
            assertThat(filter.lookUp(identity, 1)).isEqualTo(Novelty.NEW);
            filter.add(identity, 1);
            assertThat(filter.lookUp(identity, 1)).isEqualTo(Novelty.DUPLICATE);
        }

        var known = IntStream.range(0, 100_000).filter(i -> filter.lookUp(identities[i], 1) == Novelty.DUPLICATE);
        assertThat(known.count()).isBetween(900L, 1_024L);
    }

    @Test
    void events_of_one_request_are_told_from_each_other() {
        var deduplicator = RequestDeduplicator.withinRequest(2_500);

        for (int i = 0; i < 1_000; i++) {
            assertThat(deduplicator.classify(record(i, 1))).isEqualTo(Novelty.NEW);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(deduplicator.classify(record(i, 1))).isEqualTo(Novelty.DUPLICATE);
            assertThat(deduplicator.classify(record(i, 2))).isEqualTo(Novelty.CONFLICT);
        }
    }

    private static PendingRecord record(int id, long digest) {
        var identity = identity("shop", "clicks", "event-" + id);
        return new PendingRecord(
                Channels.CLICKS, "v", identity, digest, new byte[0], new RecordHeaders(), Instant.EPOCH);
    }
}
