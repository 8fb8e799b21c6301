package millrace.ingest.log;

import static millrace.ingest.log.DuplicateFilter.identity;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.ingest.log.RequestDeduplicator.Novelty;
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
        var recent = new DuplicateFilter(1_024);
        var identity = identity("shop", "clicks", "1");

        assertThat(recent.knows(identity, 7)).isEqualTo(Novelty.NEW);
        recent.add(identity, 7);

        assertThat(recent.knows(identity, 7)).isEqualTo(Novelty.REPEAT);
        assertThat(IntStream.range(8, 10_000).filter(digest -> recent.knows(identity, digest) != Novelty.CONFLICT))
                .isEmpty();
    }

    @Test
    void it_never_grows_and_what_is_new_takes_the_place_of_what_is_old() {
        var recent = new DuplicateFilter(1_024);
        var identities = IntStream.range(0, 100_000)
                .mapToLong(i -> identity("shop", "clicks", "event-" + i))
                .toArray();
        for (var identity : identities) {
            assertThat(recent.knows(identity, 1)).isEqualTo(Novelty.NEW);
            recent.add(identity, 1);
            assertThat(recent.knows(identity, 1)).isEqualTo(Novelty.REPEAT);
        }

        var known = IntStream.range(0, 100_000).filter(i -> recent.knows(identities[i], 1) == Novelty.REPEAT);
        assertThat(known.count()).isBetween(900L, 1_024L);
    }

    @Test
    void events_of_one_request_are_told_from_each_other() {
        var repeats = RequestDeduplicator.amongThemselves(2_500);

        for (int i = 0; i < 1_000; i++) {
            assertThat(repeats.next(entry(i, 1))).isEqualTo(Novelty.NEW);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(repeats.next(entry(i, 1))).isEqualTo(Novelty.REPEAT);
            assertThat(repeats.next(entry(i, 2))).isEqualTo(Novelty.CONFLICT);
        }
    }

    private static PendingRecord entry(int id, long digest) {
        var identity = identity("shop", "clicks", "event-" + id);
        return new PendingRecord(Channels.CLICKS, "v", identity, digest, new byte[0], new RecordHeaders(), Instant.EPOCH);
    }
}
