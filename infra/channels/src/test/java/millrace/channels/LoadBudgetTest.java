package millrace.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import millrace.channels.Finding.Severity;
import millrace.events.Catalogue;
import org.junit.jupiter.api.Test;

class LoadBudgetTest {
    @Test
    void every_topic_of_the_catalogue_counts() {
        assertThat(LoadBudget.BYTES_OF_AN_EVENT.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Catalogue.entries().stream().map(Catalogue.Entry::name).toList());
    }

    @Test
    void a_load_beyond_the_quota_of_a_plan_is_wrong_and_a_plan_with_room_is_named() {
        var findings = findings(Plan.BASIC_0, 100);

        assertThat(findings)
                .filteredOn(Finding::isWrong)
                .anyMatch(finding -> finding.what().startsWith("A load of 100 events a second produces ")
                        && finding.what().endsWith("B/s, of which the plan basic-0 lets 64 kB/s")
                        && finding.remedy().matches("(basic|standard)-\\d is the smallest plan with room for it"));
    }

    @Test
    void a_load_that_is_kept_beyond_the_capacity_is_wrong() {
        var rate = new LoadBudget(Plan.STANDARD_0).largestRate(Catalogue.entries());

        assertThat(findings(Plan.STANDARD_0, rate * 1.1))
                .anyMatch(finding -> finding.isWrong() && finding.what().contains(" keeps "));
        assertThat(findings(Plan.STANDARD_0, rate * 0.8))
                .noneMatch(Finding::isWrong)
                .anyMatch(finding ->
                        finding.severity() == Severity.WARNING && finding.what().contains(" keeps "));
        assertThat(findings(Plan.STANDARD_0, rate * 0.5))
                .extracting(Finding::severity)
                .containsOnly(Severity.UNKNOWN);
    }

    @Test
    void what_compaction_alone_keeps_is_unknown_and_not_fine() {
        assertThat(findings(Plan.STANDARD_0, 1))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("How much is kept on topics that are compacted alone is not counted");
        assertThat(findings(Plan.BASIC_0, 1)).isEmpty();
    }

    @Test
    void more_partitions_than_a_plan_has_are_wrong_without_a_load() {
        System.setProperty(
                Catalogue.PARTITIONS, Integer.toString(240 / Catalogue.entries().size() + 1));
        try {
            assertThat(findings(Plan.BASIC_0, 0))
                    .anyMatch(finding -> finding.isWrong()
                            && finding.what().contains("partitions are needed; the plan basic-0 has 40 and 240"));
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }
    }

    private static List<Finding> findings(Plan plan, double eventsPerSecond) {
        return new LoadBudget(plan).findings(Catalogue.entries(), eventsPerSecond);
    }
}
