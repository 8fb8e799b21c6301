package millrace.console.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.console.cluster.KafkaSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.LagSample;
import millrace.console.cluster.KafkaSample.MemberSample;
import millrace.console.consumers.ConsumerHistory.Summary;
import org.junit.jupiter.api.Test;

class ConsumerHistoryTest {
    private static final Instant NOON = Instant.parse("2026-05-14T12:00:00Z");

    private final ConsumerHistory history = new ConsumerHistory();

    @Test
    void a_member_that_joins_is_a_rebalance_with_the_partitions_that_it_took() {
        add(0, group("Stable", 0, member("a", 0, 1, 2)));
        add(1, group("Stable", 0, member("a", 0, 1), member("b", 2)));

        assertThat(history.rebalances("orders")).singleElement().satisfies(rebalance -> {
            assertThat(rebalance.at()).isEqualTo(NOON.plusSeconds(1));
            assertThat(rebalance.joined()).containsExactly("b");
            assertThat(rebalance.left()).isEmpty();
            assertThat(rebalance.moved()).isEqualTo(1);
            assertThat(rebalance.members()).isEqualTo(2);
            assertThat(rebalance.after()).isNull();
        });
    }

    @Test
    void while_the_group_rebalances_nothing_is_compared_and_the_time_is_taken() {
        add(0, group("Stable", 0, member("a", 0, 1, 2)));
        add(1, group("PreparingRebalance", 0, member("a")));
        add(2, group("CompletingRebalance", 0, member("a"), member("b")));
        add(4, group("Stable", 0, member("b", 0, 1, 2)));

        assertThat(history.rebalances("orders")).singleElement().satisfies(rebalance -> {
            assertThat(rebalance.at()).isEqualTo(NOON.plusSeconds(1));
            assertThat(rebalance.tookSeconds()).isEqualTo(3);
            assertThat(rebalance.joined()).containsExactly("b");
            assertThat(rebalance.left()).containsExactly("a");
            assertThat(rebalance.moved()).isEqualTo(3);
        });
    }

    @Test
    void partitions_that_change_hands_without_a_new_member_are_a_rebalance() {
        add(0, group("Stable", 0, member("a", 0, 1), member("b", 2)));
        add(1, group("Stable", 0, member("a", 0), member("b", 1, 2)));

        assertThat(history.rebalances("orders")).singleElement().satisfies(rebalance -> {
            assertThat(rebalance.joined()).isEmpty();
            assertThat(rebalance.left()).isEmpty();
            assertThat(rebalance.moved()).isEqualTo(1);
        });
    }

    @Test
    void nothing_is_said_about_the_members_that_are_there_at_first_and_while_the_coordinator_is_silent() {
        add(0, group("Stable", 0, member("a", 0, 1, 2)));
        add(1, group("Unknown", 0));
        add(2, group("Stable", 0, member("a", 0, 1, 2)));

        assertThat(history.rebalances("orders")).isEmpty();
    }

    @Test
    void a_group_that_appears_later_begins_with_those_who_joined_it_and_one_that_goes_with_those_who_left() {
        add(0);
        add(1, group("Stable", 0, member("a", 0)));
        add(2);

        assertThat(history.rebalances("orders"))
                .extracting(GroupHistory.Rebalance::joined, GroupHistory.Rebalance::left)
                .containsExactly(tuple(List.of("a"), List.of()), tuple(List.of(), List.of("a")));
    }

    @Test
    void a_change_while_no_page_listened_says_so() {
        add(0, group("Stable", 0, member("a", 0)));
        add(100, group("Stable", 0, member("b", 0)));

        assertThat(history.rebalances("orders"))
                .singleElement()
                .extracting(GroupHistory.Rebalance::after)
                .isEqualTo(NOON);
    }

    @Test
    void the_time_to_catch_up_is_the_lag_by_the_consumed_less_the_produced_rate() {
        var summary = add(
                0,
                new GroupSample(
                        "orders",
                        "orders",
                        "",
                        true,
                        "Classic",
                        "consumer",
                        "Stable",
                        "range",
                        "",
                        List.of(),
                        List.of(lag("transactions", 900L, 12.0, 10.0, 40.0), lag("clicks", 300L, 60.0, 10.0, 20.0))));

        assertThat(summary.records()).isEqualTo(1200);
        assertThat(summary.seconds()).isEqualTo(60);
        assertThat(summary.growthPerSecond()).isEqualTo(-40);
        assertThat(summary.caughtUpInSeconds()).isEqualTo(30);
        assertThat(summary.keepsUp()).isFalse();
    }

    @Test
    void a_lag_that_grows_is_never_caught_up_and_one_that_is_unknown_has_no_number() {
        var growing = add(
                0,
                new GroupSample(
                        "orders",
                        "orders",
                        "",
                        true,
                        "Classic",
                        "consumer",
                        "Stable",
                        "range",
                        "",
                        List.of(),
                        List.of(lag("transactions", 900L, 12.0, 40.0, 10.0))));
        var unknown = add(
                1,
                new GroupSample(
                        "orders",
                        "orders",
                        "",
                        true,
                        "Classic",
                        "consumer",
                        "Stable",
                        "range",
                        "",
                        List.of(),
                        List.of(lag("transactions", null, null, 40.0, 10.0))));

        assertThat(growing.caughtUpInSeconds()).isNull();
        assertThat(unknown.records()).isNull();
        assertThat(unknown.seconds()).isNull();
        assertThat(unknown.caughtUpInSeconds()).isNull();
    }

    @Test
    void a_group_keeps_up_while_its_lag_is_sometimes_zero() {
        add(0, group("Stable", 0));

        assertThat(add(9, group("Stable", 5)).keepsUp()).isTrue();
        assertThat(add(12, group("Stable", 5)).keepsUp()).isFalse();
    }

    @Test
    void samples_are_kept_for_ten_minutes_and_shown_by_ten_seconds() {
        IntStream.range(0, 900).forEach(second -> add(second, group("Stable", second)));
        var summary = add(900, group("Stable", 7));

        assertThat(history.columns("orders").orElseThrow().at())
                .hasSize(GroupHistory.MOST_SAMPLES)
                .last()
                .isEqualTo(NOON.plusSeconds(900).toEpochMilli());
        assertThat(summary.lately()).hasSize(60).last().isEqualTo(899L);
        assertThat(summary.lately()).doesNotContainNull();
        assertThat(summary.lately().getFirst()).isEqualTo(310L);
    }

    @Test
    void more_than_fifty_groups_are_not_kept() {
        for (var number = 0; number < 200; number++) {
            history.add(new KafkaSample(NOON.plusSeconds(number), List.of(), List.of(named("group-" + number, 0)), 0));
        }

        assertThat(IntStream.range(0, 200)
                        .filter(number -> history.columns("group-" + number).isPresent()))
                .hasSizeLessThanOrEqualTo(ConsumerHistory.MOST_GROUPS)
                .contains(199);
    }

    @Test
    void rebalances_are_limited() {
        for (var number = 0; number < 200; number++) {
            add(number, group("Stable", 0, member("member-" + number, 0)));
        }

        assertThat(history.rebalances("orders")).hasSize(GroupHistory.MOST_REBALANCES);
    }

    private Summary add(int second, GroupSample... groups) {
        var overview = history.add(new KafkaSample(NOON.plusSeconds(second), List.of(), Arrays.asList(groups), 0));
        return overview.groups().isEmpty() ? null : overview.groups().getFirst();
    }

    private static GroupSample group(String state, long records, MemberSample... members) {
        return new GroupSample(
                "orders",
                "orders",
                "",
                true,
                "Classic",
                "consumer",
                state,
                "range",
                "",
                Arrays.asList(members),
                List.of(lag("transactions", records, 0.0, 1.0, 1.0)));
    }

    private static GroupSample named(String name, long records) {
        return new GroupSample(
                name,
                name,
                "",
                false,
                "Classic",
                "consumer",
                "Empty",
                "",
                "",
                List.of(),
                List.of(lag("transactions", records, 0.0, 1.0, 1.0)));
    }

    private static LagSample lag(String channel, Long records, Double seconds, Double produced, Double consumed) {
        return new LagSample(channel, records, seconds, produced, consumed, List.of());
    }

    private static MemberSample member(String id, Integer... partitions) {
        return new MemberSample(
                id,
                id,
                "client",
                "127.0.0.1",
                Map.of("transactions", Stream.of(partitions).toList()),
                List.of());
    }
}
