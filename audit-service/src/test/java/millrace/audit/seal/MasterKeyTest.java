package millrace.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
    static final String OLD = key(1);
    static final String NEW = key(2);

    private static final byte[] DATA_KEY = MasterKey.random(AesGcm.KEY);

    private final MasterKey master = MasterKey.of(OLD, Optional.empty());
    private final byte[] wrapped = master.wrap(DATA_KEY, "ann");

    static String key(int number) {
        var bytes = new byte[AesGcm.KEY];
        bytes[0] = (byte) number;
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void a_wrapped_key_is_another_each_time_and_unwraps_to_the_same() {
        assertThat(master.wrap(DATA_KEY, "ann")).hasSize(60).isNotEqualTo(wrapped);
        assertThat(master.unwrap(wrapped, master.id(), "ann")).isEqualTo(DATA_KEY);
    }

    @Test
    void while_it_is_replaced_both_unwrap_and_the_new_one_wraps() {
        var both = MasterKey.of(NEW, Optional.of(OLD));

        assertThat(both.ids())
                .containsExactly(MasterKey.of(NEW, Optional.empty()).id(), master.id());
        assertThat(both.unwrap(wrapped, master.id(), "ann")).isEqualTo(DATA_KEY);
        assertThat(MasterKey.of(NEW, Optional.empty()).unwrap(both.wrap(DATA_KEY, "ann"), both.id(), "ann"))
                .isEqualTo(DATA_KEY);
    }

    @Test
    void a_key_of_another_subject_or_of_a_master_that_is_not_here_does_not_unwrap() {
        assertThatThrownBy(() -> master.unwrap(wrapped, master.id(), "bob"))
                .hasMessage("The data key of a subject was changed, or is of another subject");
        assertThatThrownBy(() -> MasterKey.of(NEW, Optional.empty()).unwrap(wrapped, master.id(), "ann"))
                .hasMessage("The data key of a subject was wrapped with the master key " + master.id()
                        + ", which is not here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!"})
    void a_value_that_does_not_fit_is_named_and_not_shown(String value) {
        assertThatThrownBy(() -> MasterKey.of(value, Optional.empty()))
                .hasMessageStartingWith("AUDIT_MASTER_KEY ")
                .hasMessageContaining("expected 32 random bytes in base64")
                .hasMessageNotContainingAny("AAAA", "not base64!");
        assertThatThrownBy(() -> MasterKey.of(OLD, Optional.of(value)))
                .hasMessageStartingWith("AUDIT_MASTER_KEY_PREVIOUS ");
    }
}
