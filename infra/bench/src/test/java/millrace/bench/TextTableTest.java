package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Alignment of columns. */
class TextTableTest {
    @Test
    void numbers_end_at_the_right_and_words_begin_at_the_left() {
        var table = new TextTable("server", "events/s", "errors");
        table.add("edge", "45,000", "");
        table.add("naive", "9,999.5", "429: 3");

        assertThat(table.text())
                .containsExactly("server  events/s  errors", "edge      45,000", "naive    9,999.5  429: 3");
    }

    @Test
    void a_column_that_is_not_all_numbers_is_words() {
        var table = new TextTable("in the log");
        table.add("all");
        table.add("+12");

        assertThat(table.text()).containsExactly("in the log", "all", "+12");
    }
}
