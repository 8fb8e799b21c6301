package millrace.ingest.log;

import static millrace.ingest.log.Recent.identity;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTest {
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
    void it_never_grows_and_what_is_new_takes_the_place_of_what_is_old() {
        var recent = new Recent(1_024);
        var identities = IntStream.range(0, 100_000)
                .mapToLong(i -> identity("shop", "clicks", "event-" + i))
                .toArray();
        for (var identity : identities) {
            assertThat(recent.has(identity)).isFalse();
            recent.add(identity);
            assertThat(recent.has(identity)).isTrue();
        }

        var known = IntStream.range(0, 100_000).filter(i -> recent.has(identities[i]));
        assertThat(known.count()).isBetween(900L, 1_024L);
    }
}
