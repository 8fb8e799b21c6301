package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ledger of the running system balances, also after kills, and reports minutes that it cannot know. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-2")
class RunningSystemLedgerTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(180);
    /** Time after its last report for which the counts of a killed edge process are unknown. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(60);
    /** A minute, the delay of its counts, and a reserve. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(180);

    @Test
    void traffic_with_repeats_and_faults_balances_and_what_a_killed_edge_accepted_is_unknown(RunningSystem system)
            throws IOException, InterruptedException {
        await("the edge has reported clicks")
                .atMost(SETTLED_WITHIN)
                .until(() -> lines(system, span(minute(Instant.now()), Instant.now())).stream()
                        .anyMatch(line -> line.get("channel").asText().equals("clicks")
                                && count(line, "web", "acknowledged") > 0));
        var killed = Instant.now();
        system.kill("web");
        await("the edge is away").atMost(BACK_WITHIN).until(() -> !system.isReady("web"));
        await("the edge is back").atMost(BACK_WITHIN).until(() -> system.isReady("web"));
        await("all is known again")
                .atMost(UNKNOWN_FOR.multipliedBy(2))
                .until(() -> Instant.now().isAfter(killed.plus(UNKNOWN_FOR)));
        var known = Instant.now().truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);
        await("a new minute")
                .atMost(Duration.ofSeconds(70))
                .until(() -> Instant.now().isAfter(known));
        system.run("bin/feed", "shoppers", "--rate", "100", "--for", "20s", "--seed", "21");
        system.kill("orders");
        await("orders is away").atMost(BACK_WITHIN).until(() -> !system.isReady("orders"));
        await("orders is back").atMost(BACK_WITHIN).until(() -> system.isReady("orders"));

        var span = span(minute(killed).minusSeconds(60), known);
        await("the minutes are over")
                .atMost(SETTLED_WITHIN)
                .untilAsserted(() -> assertThat(lines(system, span))
                        .hasSizeGreaterThan(3)
                        .allSatisfy(
                                line -> assertThat(line.get("state").asText()).isIn("balanced", "unknown")));

        var ledger = system.query("audit", span);
        assertThat(lines(system, span))
                .as("the last minute in which the killed edge accepted clicks: %s", ledger)
                .filteredOn(line -> line.get("channel").asText().equals("clicks"))
                .anySatisfy(line -> assertThat(line.path("why").asText()).contains("was not ended properly, at least"));
        assertThat(lines(system, span))
                .as("the minute of the feed: %s", ledger)
                .filteredOn(line -> line.get("minute").asText().equals(known.toString()))
                .filteredOn(line -> line.get("channel").asText().equals("clicks"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.get("state").asText()).isEqualTo("balanced");
                    assertThat(line.get("onChannel").asLong()).isGreaterThan(1_000);
                    assertThat(count(line, "analytics", "repeated") + count(line, "analytics", "late"))
                            .isPositive();
                });
        assertThat(lines(system, span))
                .as("what orders read and wrote, although it was killed: %s", ledger)
                .filteredOn(line -> line.get("minute").asText().equals(known.toString()))
                .filteredOn(line -> line.get("state").asText().equals("balanced"))
                .anySatisfy(line -> {
                    assertThat(line.get("channel").asText()).isEqualTo("transactions");
                    assertThat(count(line, "orders", "applied")).isPositive();
                })
                .anySatisfy(line -> {
                    assertThat(line.get("channel").asText()).isEqualTo("orders");
                    assertThat(count(line, "orders", "acknowledged")).isPositive();
                });
        assertThat(ledger.has("firstUnbalanced")).isFalse();
    }

    /** Query for the minutes from one instant to the one that holds the other. */
    private static String span(Instant from, Instant last) {
        return "/audit/ledger?from=%s&to=%s".formatted(from, minute(last).plusSeconds(60));
    }

    private static long count(JsonNode line, String by, String disposition) {
        return stream(line.get("counted"))
                .filter(counted -> counted.get("by").asText().equals(by))
                .mapToLong(counted -> counted.get("counts").path(disposition).asLong())
                .sum();
    }

    private static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<JsonNode> lines(RunningSystem system, String question) {
        return stream(system.query("audit", question).get("lines")).toList();
    }
}
