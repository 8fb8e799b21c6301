package millrace.audit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.local.Secrets;
import millrace.paas.ConfigVarsException;
import millrace.paas.PaasSettings;
import org.junit.jupiter.api.Test;

class AuditVarsTest {
    @Test
    void a_generation_is_refused_because_the_archive_is_not_rebuilt() {
        assertThatThrownBy(() -> read("2"))
                .isInstanceOf(ConfigVarsException.class)
                .hasMessageEndingWith("MILLRACE_GENERATION is set;"
                        + " expected none for audit, whose archive is not derived state and is not rebuilt");
    }

    @Test
    void an_empty_generation_is_none() {
        assertThatCode(() -> read(" ")).doesNotThrowAnyException();
    }

    private static void read(String generation) {
        var vars = Map.of("AUDIT_SIGNING_KEY", Secrets.signingKey(), "MILLRACE_GENERATION", generation);
        PaasSettings.from(vars::get, Set.of(), Optional.empty(), List.of(new AuditVars()));
    }
}
