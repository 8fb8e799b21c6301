package millrace.console.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HottestKeysTest {
    private static final long NOON = 1_000_000_000_000L;

    private final HottestKeys keys = new HottestKeys();

    @Test
    void few_keys_are_counted_exactly() {
        count("a", 3, NOON);
        count("b", 5, NOON + 15_000);
        count("a", 4, NOON + 30_000);

        assertThat(keys.hottest(10, NOON + 30_000))
                .containsExactly(new HottestKeys.HotKey("a", 7, 0), new HottestKeys.HotKey("b", 5, 0));
        assertThat(keys.records(NOON + 30_000)).isEqualTo(12);
    }

    @Test
    void keys_of_more_than_a_minute_ago_are_forgotten() {
        count("a", 3, NOON);
        count("b", 1, NOON + 59_000);

        assertThat(keys.hottest(10, NOON + 60_000)).containsExactly(new HottestKeys.HotKey("b", 1, 0));
        assertThat(keys.hottest(10, NOON + 200_000)).isEmpty();
        assertThat(keys.records(NOON + 200_000)).isZero();
    }

    @Test
    void of_many_keys_the_hottest_is_found_and_no_count_is_too_low_nor_too_high_by_more_than_its_error() {
        var sequence = new ArrayList<String>();
        var random = new Random(7);
        for (var number = 0; number < 4_000; number++) {
            sequence.add("key-" + (int) Math.abs(random.nextGaussian() * 200));
        }
        sequence.addAll(Collections.nCopies(400, "hot"));
        Collections.shuffle(sequence, random);
        var truth = new HashMap<String, Long>();
        sequence.forEach(key -> {
            keys.count(key, NOON);
            truth.merge(key, 1L, Long::sum);
        });

        var hottest = keys.hottest(10_000, NOON);

        assertThat(hottest.getFirst().key()).isEqualTo("hot");
        assertThat(hottest).hasSize(HottestKeys.MOST_KEYS).allSatisfy(key -> {
            assertThat(key.count()).isGreaterThanOrEqualTo(truth.get(key.key()));
            assertThat(key.count() - key.error()).isLessThanOrEqualTo(truth.get(key.key()));
        });
    }

    private void count(String key, int times, long millis) {
        for (var time = 0; time < times; time++) {
            keys.count(key, millis);
        }
    }
}
