package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frequencies of the picked indexes. */
class ZipfDistributionTest {
    @Test
    void the_second_of_ten_is_picked_half_as_often_as_the_first_and_the_last_a_tenth() {
        var random = new Random(1);
        var picked = new int[10];
        var skew = new ZipfDistribution(picked.length);
        for (int i = 0; i < 100_000; i++) {
            picked[skew.pick(random)]++;
        }

        assertThat(picked[0] / (double) picked[1]).isBetween(1.9, 2.1);
        assertThat(picked[0] / (double) picked[9]).isBetween(9.0, 11.0);
    }

    @Test
    void the_only_one_is_always_picked() {
        assertThat(new ZipfDistribution(1).pick(new Random(1))).isZero();
    }
}
