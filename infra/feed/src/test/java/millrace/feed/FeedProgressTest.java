package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Choice between a progress bar and plain lines. */
class FeedProgressTest {
    @AfterEach
    void forget() {
        System.clearProperty(FeedProgress.COLUMNS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "no"})
    void a_pipe_has_no_bar(String columns) {
        System.setProperty(FeedProgress.COLUMNS, columns);

        try (var progress = FeedProgress.show(new FeedReport("test"), 10)) {
            assertThat(progress).isInstanceOf(FeedProgress.Lines.class);
        }
    }

    @Test
    void a_pipe_of_a_program_without_the_property_has_none_either() {
        try (var progress = FeedProgress.show(new FeedReport("test"), 10)) {
            assertThat(progress).isInstanceOf(FeedProgress.Lines.class);
        }
    }
}
