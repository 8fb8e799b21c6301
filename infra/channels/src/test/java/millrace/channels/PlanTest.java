package millrace.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import millrace.channels.Plan.Cleanup;
import millrace.events.Catalogue;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Optional<Duration> WEEK = Optional.of(Duration.ofDays(7));

    @Test
    void a_plan_has_the_name_that_the_platform_gives_it() {
        assertThat(Plan.named("basic-0")).contains(Plan.BASIC_0);
        assertThat(Plan.named("extended-2")).contains(Plan.EXTENDED_2);
        assertThat(Plan.named("BASIC_0")).isEmpty();
    }

    @Test
    void a_shared_cluster_has_quotas_and_a_dedicated_cluster_has_none() {
        assertThat(Plan.BASIC_0.produceBytesPerSecond()).hasValue(64_000);
        assertThat(Plan.BASIC_2.consumeBytesPerSecond()).hasValue(16_384_000);
        assertThat(Plan.STANDARD_0.produceBytesPerSecond()).isEmpty();
        assertThat(Plan.STANDARD_0.isShared()).isFalse();
    }

    @Test
    void on_a_shared_cluster_compacted_topics_expire_too() {
        assertThat(Plan.BASIC_0.cleanup(true, Optional.empty()))
                .isEqualTo(new Cleanup("compact,delete", Optional.of(Duration.ofDays(1))));
        assertThat(Plan.STANDARD_0.cleanup(true, Optional.empty())).isEqualTo(new Cleanup("compact", Optional.empty()));
        assertThat(Plan.STANDARD_0.cleanup(true, WEEK)).isEqualTo(new Cleanup("compact,delete", WEEK));
        assertThat(Plan.STANDARD_0.cleanup(false, Optional.empty()))
                .isEqualTo(new Cleanup("delete", Optional.of(Duration.ofDays(1))));
    }

    @Test
    void a_compacted_channel_keeps_its_records_for_as_long_as_a_shared_cluster_lets_it() {
        var state = Catalogue.entry("order-state");

        assertThat(Plan.BASIC_0.cleanup(state)).isEqualTo(new Cleanup("compact,delete", WEEK));
        assertThat(Plan.STANDARD_0.cleanup(state)).isEqualTo(new Cleanup("compact", Optional.empty()));
    }

    @Test
    void a_topic_outside_the_bounds_is_refused_with_the_bounds() {
        assertThat(Plan.STANDARD_0.refusal("clicks", 256, Optional.of(Duration.ofHours(6))))
                .isEmpty();
        assertThat(Plan.STANDARD_0.refusal("clicks", 257, Optional.empty()))
                .contains("The topic clicks needs 257 partitions; with the plan standard-0 a topic has 1 to 256.");
        assertThat(Plan.BASIC_0.refusal("clicks", 3, Optional.of(Duration.ofHours(6))))
                .contains("The topic clicks keeps records for 6 h; with the plan basic-0 a topic keeps them for 24 h to"
                        + " 168 h.");
        assertThat(Plan.EXTENDED_0.refusal("clicks", 3, Optional.of(Duration.ofDays(43))))
                .isPresent();
    }

    @Test
    void a_catalogue_that_does_not_fit_is_refused_with_need_and_limit() {
        for (var plan : Plan.values()) {
            plan.require(Catalogue.entries());
        }

        var tooMany = 240 / Catalogue.entries().size() + 1;
        System.setProperty(Catalogue.PARTITIONS, Integer.toString(tooMany));
        try {
            var needed = Catalogue.entries().size() * tooMany;
            assertThatThrownBy(() -> Plan.BASIC_0.require(Catalogue.entries()))
                    .isInstanceOf(ClusterException.class)
                    .hasMessage("%d topics with %d partitions are needed; the plan basic-0 has 40 and 240. Choose"
                                    .formatted(Catalogue.entries().size(), needed)
                            + " another with bin/up --plan.");
            Plan.BASIC_1.require(Catalogue.entries());
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }
    }
}
