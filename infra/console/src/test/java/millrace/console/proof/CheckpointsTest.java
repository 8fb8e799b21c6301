package millrace.console.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.Checkpoint;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    @Test
    void the_note_is_passed_on_as_it_was_published() {
        var note = "millrace/audit\n3\nroot\n\n\u2014 millrace/audit signature\n";

        assertThat(Checkpoints.note(Json.text(new Checkpoint(note)).getBytes(UTF_8)))
                .isEqualTo(note);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "null", "[]", "{", "{\"note\":null}", "{\"note\":{}}"})
    void what_is_no_checkpoint_has_no_note(String value) {
        assertThat(Checkpoints.note(value == null ? null : value.getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void a_note_that_is_too_long_is_not_passed_on() {
        assertThat(Checkpoints.note(Json.text(new Checkpoint("x".repeat(5000))).getBytes(UTF_8)))
                .isEmpty();
    }
}
