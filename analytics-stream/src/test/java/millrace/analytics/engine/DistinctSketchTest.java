package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistinctSketchTest {
    @Test
    void a_few_are_counted_exactly_and_once() {
        assertThat(DistinctSketch.estimate(of(0, 32, 32))).isEqualTo(32);
    }

    @Test
    void many_are_estimated_in_256_bytes() {
        var state = of(0, 100_000, 200_000);

        assertThat(state).hasSize(256);
        // Three standard errors of 5 %; the hashes are the same each time.
        assertThat(DistinctSketch.estimate(state)).isCloseTo(100_000, withinPercentage(15));
    }

    @Test
    void the_state_does_not_depend_on_the_order() {
        var backwards = IntStream.range(0, 1_000).map(i -> 999 - i).mapToObj(DistinctSketchTest::hash);

        assertThat(backwards.reduce(DistinctSketch.NONE, DistinctSketch::add, (one, other) -> one))
                .isEqualTo(of(0, 1_000, 1_000));
    }

    private static byte[] of(int first, int different, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> hash(first + i % different))
                .reduce(DistinctSketch.NONE, DistinctSketch::add, (one, other) -> one);
    }

    private static Long hash(int who) {
        return Hashing.xxh3_64().hashCharsToLong("visitor-" + who);
    }
}
