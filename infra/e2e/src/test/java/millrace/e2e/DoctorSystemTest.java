package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The scripts examine what {@code bin/up} started; the doctor asks the built services for their config vars. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
class DoctorSystemTest {
    @Test
    void nothing_is_wrong_with_what_bin_up_started(RunningSystem system) throws Exception {
        assertThat(system.run("bin/doctor"))
                .contains("Nothing is wrong.", "Unknown:", "is unknown: the platform does not say")
                .doesNotContain("Which config vars");
    }

    @Test
    void its_channels_are_those_of_the_catalogue(RunningSystem system) throws Exception {
        assertThat(system.run("bin/channels", "check")).doesNotContain("is missing", "lacks the permission");
    }
}
