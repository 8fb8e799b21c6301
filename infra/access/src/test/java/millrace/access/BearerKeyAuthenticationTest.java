package millrace.access;

import static millrace.access.Roles.BACK_OFFICE;
import static millrace.access.Roles.READER;
import static org.assertj.core.api.Assertions.assertThat;

import millrace.paas.HashedKeys.Holder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerKeyAuthenticationTest {
    @ParameterizedTest
    @ValueSource(strings = {"Bearer one", "bearer one", "BEARER  one "})
    void the_key_follows_the_scheme_in_any_case(String authorization) {
        assertThat(BearerKeyAuthentication.key(authorization)).contains("one");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "one", "Bearer", "Bearer ", "Bearerone", "Basic b25lOg=="})
    void anything_else_holds_no_key(String authorization) {
        assertThat(BearerKeyAuthentication.key(authorization)).isEmpty();
    }

    @Test
    void the_back_office_may_do_all_that_a_reader_may() {
        assertThat(BearerKeyAuthentication.identity(new Holder("ann", READER, false))
                        .getRoles())
                .containsExactly(READER);
        assertThat(BearerKeyAuthentication.identity(new Holder("ann", BACK_OFFICE, false))
                        .getRoles())
                .containsExactlyInAnyOrder(READER, BACK_OFFICE);
    }

    @Test
    void the_caller_goes_by_the_name_of_the_key() {
        var caller = BearerKeyAuthentication.identity(new Holder("ann", READER, false));

        assertThat(caller.getPrincipal().getName()).isEqualTo("ann");
        assertThat(caller.isAnonymous()).isFalse();
    }

    @Test
    void a_revoked_key_has_a_name_and_no_role() {
        var caller = BearerKeyAuthentication.identity(new Holder("ann", BACK_OFFICE, true));

        assertThat(caller.getRoles()).isEmpty();
        assertThat(AccessProblems.reason(caller))
                .isEqualTo("The API key ann has been revoked: expected one that is still valid.");
    }

    @Test
    void a_role_that_is_not_enough_is_told_which_one_is() {
        var caller = BearerKeyAuthentication.identity(new Holder("ann", READER, false));

        assertThat(AccessProblems.reason(caller))
                .isEqualTo("The API key ann may not do this: expected one with the role back-office.");
    }
}
