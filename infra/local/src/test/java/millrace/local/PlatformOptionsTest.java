package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformOptionsTest {
    @TempDir
    private Path folder;

    private DataDirectory directory;

    @BeforeEach
    void open() {
        directory = DataDirectory.open(folder);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void the_defaults_are_a_plan_without_prefix_one_broker_and_the_version_of_the_clients() {
        var options = new PlatformOptions();
        options.check(directory);

        assertThat(options.plan(directory)).isEqualTo(Plan.STANDARD_0);
        assertThat(options.kafka(directory)).isEqualTo(KafkaVersion.V4_2);
        assertThat(options.brokers(directory)).isOne();
        assertThat(options.transactions()).isFalse();
    }

    @Test
    void a_later_start_without_options_has_those_of_the_first() {
        new PlatformOptions()
                .plan(Plan.BASIC_1)
                .kafka(KafkaVersion.V3_9)
                .brokers(3)
                .check(directory);

        var later = new PlatformOptions();
        later.check(directory);

        assertThat(later.plan(directory)).isEqualTo(Plan.BASIC_1);
        assertThat(later.kafka(directory)).isEqualTo(KafkaVersion.V3_9);
        assertThat(later.brokers(directory)).isEqualTo(3);
    }

    @Test
    void data_of_another_plan_version_or_number_of_brokers_is_refused_and_stays_as_it_is() {
        new PlatformOptions().check(directory);

        refused(new PlatformOptions().plan(Plan.BASIC_0), "--plan standard-0: with --plan basic-0, bin/up --fresh");
        refused(new PlatformOptions().kafka(KafkaVersion.V3_9), "--kafka 4.2: with --kafka 3.9, bin/up --fresh");
        refused(new PlatformOptions().brokers(3), "--brokers 1: with --brokers 3, bin/up --fresh");
        assertThat(new PlatformOptions().plan(directory)).isEqualTo(Plan.STANDARD_0);
    }

    @Test
    void data_that_was_removed_may_have_another_plan() {
        new PlatformOptions().check(directory);

        directory.clear();
        var other = new PlatformOptions().plan(Plan.BASIC_0);
        other.check(directory);

        assertThat(other.plan(directory)).isEqualTo(Plan.BASIC_0);
    }

    @Test
    void a_plan_that_the_catalogue_does_not_fit_is_not_remembered() {
        System.setProperty(
                Catalogue.PARTITIONS, Integer.toString(240 / Catalogue.entries().size() + 1));
        try {
            var small = new PlatformOptions().plan(Plan.BASIC_0);
            assertThatThrownBy(() -> small.check(directory))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("the plan basic-0 has 40 and 240");
            new PlatformOptions().plan(Plan.BASIC_1).check(directory);
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }
    }

    @Test
    void a_platform_has_one_to_eight_brokers() {
        assertThatThrownBy(() -> new PlatformOptions().brokers(0)).isInstanceOf(StartException.class);
        assertThatThrownBy(() -> new PlatformOptions().brokers(9))
                .isInstanceOf(StartException.class)
                .hasMessage("A platform has 1 to 8 brokers, not 9.");
    }

    private void refused(PlatformOptions options, String sentence) {
        assertThatThrownBy(() -> options.check(directory))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("The data in " + folder + " is of bin/up ")
                .hasMessageContaining(sentence);
    }
}
