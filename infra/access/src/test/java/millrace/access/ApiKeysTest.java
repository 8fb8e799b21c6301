package millrace.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import java.util.Optional;
import millrace.access.ApiKeys.Holder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    /** SHA-256 of "one" and "two". */
    private static final String ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

    private static final String TWO = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

    @Test
    void each_key_has_a_name_and_a_role() {
        var keys = new ApiKeys("dashboard:reader:" + ONE + " , ann:back-office:" + TWO.toUpperCase());

        assertThat(keys.holder("one")).contains(new Holder("dashboard", "reader", false));
        assertThat(keys.holder("two")).contains(new Holder("ann", "back-office", false));
    }

    @Test
    void one_name_may_have_a_revoked_key_and_a_new_one() {
        var keys = new ApiKeys("ann:reader:" + ONE + ":revoked,ann:reader:" + TWO);

        assertThat(keys.holder("one")).contains(new Holder("ann", "reader", true));
        assertThat(keys.holder("two")).contains(new Holder("ann", "reader", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "One", "three", "ann", ONE})
    void nothing_else_is_a_key(String key) {
        assertThat(new ApiKeys("ann:reader:" + ONE).holder(key)).isEmpty();
    }

    @Test
    void without_keys_the_service_starts_and_nobody_may_ask() {
        assertThat(new ApiKeys(Optional.empty()).holder("one")).isEmpty();
        assertThat(new ApiKeys(" ").holder("")).isEmpty();
    }

    @Test
    void one_sentence_names_every_entry_that_does_not_fit_and_no_hash() {
        var entries = String.join(
                ",",
                "ann:reader:" + ONE,
                "bob:reader:" + ONE,
                "c/d:admin:" + TWO,
                "ann:reader:12ab",
                "",
                "ann:reader:" + TWO + ":old");

        assertThatThrownBy(() -> new ApiKeys(entries))
                .isInstanceOfSatisfying(
                        ConfigValidationException.class,
                        refusal -> assertThat(refusal.getProblemCount()).isOne())
                .hasMessageContaining(
                        "In API_KEYS entry 2 has the API key of an earlier one, entry 3 has no name, entry 3"
                                + " has no role, entry 4 has no SHA-256, entry 5 has no name, entry 5 has no role, entry 5 has no"
                                + " SHA-256, entry 6 ends with something else than revoked; expected name:role:sha256")
                .hasMessageNotContainingAny(ONE, TWO, "12ab", "entry 1");
    }
}
