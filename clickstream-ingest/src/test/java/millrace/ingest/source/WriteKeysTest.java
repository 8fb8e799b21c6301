package millrace.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import millrace.ingest.source.WriteKeys.Holder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteKeysTest {
    /** SHA-256 of "one" and "two". */
    private static final String ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

    private static final String TWO = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

    @Test
    void a_source_may_have_several_keys() {
        var keys = new WriteKeys("shop:" + ONE + " , shop:" + TWO.toUpperCase());

        assertThat(keys.holder("one")).contains(new Holder("shop", false));
        assertThat(keys.holder("two")).contains(new Holder("shop", false));
    }

    @Test
    void a_key_that_was_revoked_is_known_as_such() {
        assertThat(new WriteKeys("shop:" + ONE + ":revoked").holder("one")).contains(new Holder("shop", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "One", "three", "shop", ONE})
    void nothing_else_is_a_key(String key) {
        assertThat(new WriteKeys("shop:" + ONE).holder(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void without_keys_nobody_could_write(String none) {
        assertThatThrownBy(() -> new WriteKeys(none))
                .hasMessageContaining("WRITE_KEYS is missing; expected source:sha256");
    }

    @Test
    void every_entry_that_does_not_fit_is_named_and_no_hash_is_told() {
        assertThatThrownBy(() -> new WriteKeys("shop:" + ONE + ",blog:" + ONE + ",a/b:" + TWO + ",shop:12ab,,shop"))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContainingAll(
                        "Entry 2 of WRITE_KEYS has the write key of an earlier one",
                        "Entry 3 of WRITE_KEYS names no source",
                        "Entry 4 of WRITE_KEYS has no SHA-256",
                        "Entry 5 of WRITE_KEYS names no source",
                        "Entry 5 of WRITE_KEYS has no SHA-256",
                        "Entry 6 of WRITE_KEYS has no SHA-256")
                .hasMessageNotContainingAny(ONE, TWO, "12ab", "Entry 1");
    }
}
