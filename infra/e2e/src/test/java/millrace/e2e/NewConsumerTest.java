package millrace.e2e;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.events.Channel;
import millrace.events.Channels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A consumer that {@code bin/new} has made is built by its tests, counts on the ledger and is rebuilt, and no other service
 * has changed.
 */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-4")
class NewConsumerTest {
    private static final Duration SOON = Duration.ofSeconds(120);

    /** What reads the catalogue for it, besides itself: the other services need not know it. */
    private static final List<String> MODULES = List.of(
            "fraud-check",
            // fork: audit
            "audit-service",
            // fork: end
            // fork: replay
            "infra/replay",
            // fork: end
            "infra/local",
            "infra/release");

    @TempDir
    private Path folder;

    @Test
    void a_consumer_is_made_tested_counted_rebuilt_and_switched_and_no_other_service_changes() throws Exception {
        var project = ProjectCopy.in(folder.resolve("project"));
        project.copyBuilt();

        project.run("bin/new", "consumer", "fraud-check", "--reads", "clicks", "--writes", "rejected-events");

        assertThat(project.run("bin/test", "-pl", "fraud-check")).contains("Failures: 0, Errors: 0, Skipped: 0");
        project.run(
                "mvn",
                "-q",
                "-B",
                "-P",
                "!aot-cache",
                "-DskipTests",
                "-pl",
                String.join(",", MODULES),
                "-am",
                "package");
        try (var system = new RunningSystem(project.folder(), "--no-traffic")) {
            system.run("bin/feed", "shoppers", "--rate", "200", "--for", "3s", "--seed", "41");
            awaitCounted(system);

            // fork: replay
            assertThat(system.run("bin/replay", "run", "fraudcheck", "--until-caught-up"))
                    .contains("Both are equal, digest ");
            assertThat(system.run("bin/replay", "switch", "fraudcheck"))
                    .contains("Generation 2 of fraudcheck is live. 0 effects are left to generation 2.");
            await("it is back").atMost(SOON).until(() -> system.isReady("fraudcheck"));
            system.run("bin/feed", "shoppers", "--rate", "200", "--for", "1s", "--seed", "42");
            awaitCounted(system);
            // fork: end
        }
        assertThat(project.changes())
                .as("changes besides the folder of the consumer")
                .containsExactly(
                        " M Procfile",
                        " M events/src/main/resources/millrace/events/channels.yaml",
                        " M pom.xml",
                        "?? fraud-check/");
    }

    /** The longest and the shortest name: the lines with a name in them do not change their form. */
    @Test
    void what_it_makes_has_the_format_of_the_project_whatever_its_name() throws Exception {
        var project = ProjectCopy.in(folder.resolve("project"));
        project.run("bin/new", "consumer", "mx", "--reads", "orders");
        project.run("bin/new", "consumer", "wwww-of-24-characters-ww", "--reads", longestChannel());

        project.run("mvn", "-q", "-B", "-pl", "mx,wwww-of-24-characters-ww", spotless() + ":check");
    }

    private static String longestChannel() {
        return Channels.ALL.stream()
                .map(Channel::name)
                .max(comparing(String::length))
                .orElseThrow();
    }

    /** The plugin by its version, which the root pom has. */
    private static String spotless() throws Exception {
        var pom = Files.readString(RunningSystem.ROOT.resolve("pom.xml"));
        var version = pom.replaceAll("(?s).*<spotless-plugin.version>(.*?)<.*", "$1");
        return "com.diffplug.spotless:spotless-maven-plugin:" + version;
    }

    /** Waits for the counts of the ledger, where there is a service that shows them. */
    private static void awaitCounted(RunningSystem system) throws IOException {
        var written = new ChannelProbe(system).records(Channels.CLICKS.name()).size();
        assertThat(written).isPositive();
        // fork: audit
        await("all clicks are counted, by the live generation")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(counted(system)).isEqualTo(written));
        // fork: end
    }

    // fork: audit
    /** Records of clicks that the ledger shows as read by the consumer, which the catalogue declares. */
    private static long counted(RunningSystem system) {
        return stream(system.query("audit", "/audit/ledger?channel=clicks").get("lines"))
                .flatMap(line -> stream(line.get("counted")))
                .filter(counted -> counted.get("by").asText().equals("fraudcheck"))
                .filter(counted -> counted.get("declared").asBoolean())
                .mapToLong(counted -> counted.get("counts").path("applied").asLong())
                .sum();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
    // fork: end
}
