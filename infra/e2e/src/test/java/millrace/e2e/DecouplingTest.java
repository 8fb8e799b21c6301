package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import millrace.events.Channels;
import millrace.events.PageViews;
import millrace.local.Secrets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The edge does not notice an absent consumer, and the consumer processes all events after its return. The test
 * compares response times: no other test runs beside it.
 */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-4")
@Tag("alone")
class DecouplingTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(180);
    private static final int WARM_UP = 300;
    private static final int REQUESTS = 1_000;
    /** Status of an accepted page view and of an accepted order. */
    private static final Set<String> SUCCESS = Set.of("200", "202");

    @ParameterizedTest
    @MethodSource("consumers")
    void the_edge_does_not_notice_an_absent_consumer(String consumer, RunningSystem system) throws Exception {
        await("all are ready").atMost(BACK_WITHIN).until(system::allReady);
        var channel = new ChannelProbe(system);
        try (var first = new SteadyCustomer(system, "first-" + Secrets.random());
                var customer = new SteadyCustomer(system, "without-" + consumer + "-" + Secrets.random())) {
            first.shop(WARM_UP);
            var usual = customer.shop(REQUESTS);
            var away = shopWithout(consumer, system, customer);
            await(consumer + " is back").atMost(BACK_WITHIN).until(system::allReady);
            channel.awaitConsumersCaughtUp();

            assertUnchanged(usual, away);
            assertComplete(system, channel, customer);
        }
    }

    static Set<String> consumers() {
        return RunningSystem.PROCFILE.consumers().keySet();
    }

    /** Suspends the consumer while the customer shops, then kills it; {@code bin/up} restarts it. */
    private static List<SteadyCustomer.Answer> shopWithout(
            String consumer, RunningSystem system, SteadyCustomer customer) throws Exception {
        system.suspend(consumer);
        try {
            var answers = customer.shop(REQUESTS);
            assertThat(system.isReady(consumer)).as(consumer + " is away").isFalse();
            return answers;
        } finally {
            system.kill(consumer);
        }
    }

    private static void assertUnchanged(List<SteadyCustomer.Answer> usual, List<SteadyCustomer.Answer> away) {
        assertThat(usual).extracting(SteadyCustomer.Answer::status).isSubsetOf(SUCCESS);
        assertThat(away).extracting(SteadyCustomer.Answer::status).isSubsetOf(SUCCESS);
        // Machines differ, and tests share them, so the bounds are wide: an edge that waited for a consumer would wait
        // for seconds.
        assertThat(percentile(away, 50))
                .as("median, usually " + percentile(usual, 50))
                .isLessThan(percentile(usual, 50).multipliedBy(2).plusMillis(5));
        assertThat(percentile(away, 99))
                .as("p99, usually " + percentile(usual, 99))
                .isLessThan(percentile(usual, 99).multipliedBy(3).plusMillis(50));
    }

    private static void assertComplete(RunningSystem system, ChannelProbe channel, SteadyCustomer customer)
            throws IOException {
        var orders = system.orders().stream()
                .map(order -> order.get("orderId").asText() + " "
                        + order.get("status").asText())
                .filter(order -> order.contains("/" + customer.page().substring(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(orders).hasSize(customer.orders()).allMatch(order -> order.endsWith(" accepted"));
        // fork: analytics
        var views = channel.latestByKey(Channels.PAGE_VIEWS).values().stream()
                .filter(row -> row.page().equals(customer.page()))
                .mapToLong(PageViews::views)
                .sum();
        assertThat(views).as("views that analytics counted").isEqualTo(customer.views());
        // fork: end
        // fork: audit
        ArchiveCompleteness.assertComplete(system, channel);
        // fork: end
    }

    private static Duration percentile(List<SteadyCustomer.Answer> answers, int percent) {
        return answers.stream()
                .map(SteadyCustomer.Answer::took)
                .sorted()
                .skip(answers.size() * (long) percent / 100)
                .findFirst()
                .orElseThrow();
    }
}
