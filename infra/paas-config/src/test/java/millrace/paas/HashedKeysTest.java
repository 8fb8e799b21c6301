package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.HashedKeys.Holder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashedKeysTest {
    /** SHA-256 of "one" and "two". */
    private static final String ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

    private static final String TWO = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

    @Test
    void a_write_key_has_the_name_of_a_source() {
        var keys = HashedKeys.ofWriteKeys("shop:" + ONE + " , shop:" + TWO.toUpperCase());

        assertThat(keys.holder("one")).contains(new Holder("shop", null, false));
        assertThat(keys.holder("two")).contains(new Holder("shop", null, false));
        assertThat(keys.names()).containsExactly("shop");
    }

    @Test
    void an_api_key_has_a_name_and_a_role() {
        var keys = HashedKeys.ofApiKeys("dashboard:reader:" + ONE + " , ann:back-office:" + TWO.toUpperCase());

        assertThat(keys.holder("one")).contains(new Holder("dashboard", "reader", false));
        assertThat(keys.holder("two")).contains(new Holder("ann", "back-office", false));
    }

    @Test
    void one_name_may_have_a_revoked_key_and_a_new_one() {
        var keys = HashedKeys.ofApiKeys("ann:reader:" + ONE + ":revoked,ann:reader:" + TWO);

        assertThat(keys.holder("one")).contains(new Holder("ann", "reader", true));
        assertThat(keys.holder("two")).contains(new Holder("ann", "reader", false));
        assertThat(HashedKeys.ofWriteKeys("shop:" + ONE + ":revoked").holder("one"))
                .contains(new Holder("shop", null, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "One", "three", "shop", ONE})
    void every_other_text_is_no_key(String key) {
        assertThat(HashedKeys.ofWriteKeys("shop:" + ONE).holder(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void a_list_may_be_empty(String text) {
        assertThat(HashedKeys.ofApiKeys(text).isEmpty()).isTrue();
        assertThat(HashedKeys.ofApiKeys(text).holder("")).isEmpty();
    }

    @Test
    void every_invalid_api_key_is_named_and_no_hash() {
        var entries = String.join(
                ",",
                "ann:reader:" + ONE,
                "bob:reader:" + ONE,
                "c/d:admin:" + TWO,
                "ann:reader:12ab",
                "",
                "ann:reader:" + TWO + ":old");

        assertThatThrownBy(() -> HashedKeys.ofApiKeys(entries))
                .isInstanceOf(InvalidConfigVar.class)
                .hasMessage("cannot be read: entry 2 has the key of an earlier one, entry 3 has no name, entry 3"
                        + " has no role, entry 4 has no SHA-256, entry 5 has no name, entry 5 has no role, entry 5 has no"
                        + " SHA-256, entry 6 ends with something else than revoked");
    }

    @Test
    void every_invalid_write_key_is_named_and_no_hash() {
        assertThatThrownBy(() ->
                        HashedKeys.ofWriteKeys("shop:" + ONE + ",blog:" + ONE + ",a/b:" + TWO + ",shop:12ab,,shop"))
                .isInstanceOf(InvalidConfigVar.class)
                .hasMessage(
                        "cannot be read: entry 2 has the key of an earlier one, entry 3 has no name,"
                                + " entry 4 has no SHA-256, entry 5 has no name, entry 5 has no SHA-256, entry 6 has no SHA-256");
    }
}
