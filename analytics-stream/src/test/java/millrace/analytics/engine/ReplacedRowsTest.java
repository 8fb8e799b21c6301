package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplacedRowsTest {
    private final ReplacedRows rows = new ReplacedRows();

    @Test
    void rows_keep_their_place_where_earlier_ones_are_forgotten() {
        var begin = 3L << 20;
        for (var place = 0L; place < 2 * begin; place += 3) {
            rows.add(place);
        }

        rows.forgetBefore(begin);
        rows.add(begin - 1);
        rows.add(begin + 1);

        assertThat(rows.has(begin)).isTrue();
        assertThat(rows.has(begin + 1)).isTrue();
        assertThat(rows.has(begin + 2)).isFalse();
        assertThat(rows.has(2 * begin - 3)).isTrue();
        assertThat(rows.has(2 * begin)).isFalse();
    }

    @Test
    void all_may_be_forgotten() {
        rows.add(1);

        rows.forgetBefore(5L << 20);

        assertThat(rows.has(5L << 20)).isFalse();
    }
}
