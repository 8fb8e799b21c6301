package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import millrace.events.Catalogue;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.RebuildException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Output of each command before, or without, any process of a generation. */
@Tag("platform")
class ReplayCommandTest {
    private static final Duration LEASE = Duration.ofSeconds(6);

    private static ReplayTestPlatform testPlatform;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start(@TempDir Path home) {
        testPlatform = ReplayTestPlatform.start(home);
        testPlatform.generations().createResources(1);
    }

    @AfterAll
    static void stop() {
        testPlatform.close();
    }

    @AfterEach
    void reset() {
        testPlatform.publish(1, null, false);
        testPlatform.generations().drop(2);
    }

    @Test
    void a_consumer_that_does_not_exist_is_refused_with_those_that_do() {
        assertThat(replay("plan", "shop")).isOne();

        assertThat(err.toString()).isEqualToIgnoringNewLines("There is no consumer shop: expected one of example.");
    }

    @Test
    void the_consumers_of_this_project_are_the_processes_that_take_part_in_the_generations() {
        assertThat(elsewhere(
                                Path.of(System.getProperty("project.root")),
                                testPlatform.platform().home())
                        .consumers())
                .contains("orders")
                .containsExactlyElementsOf(Catalogue.entry("generations").writers().stream()
                        .filter(module -> !module.startsWith("infra/"))
                        .map(Catalogue::process)
                        .toList());
    }

    // fork: audit
    @Test
    void the_archive_of_audit_is_not_rebuilt() {
        for (var command : List.of("plan", "run", "compare", "switch", "rollback", "drop")) {
            assertThat(replay(command, "audit")).isOne();
        }

        assertThat(err.toString().lines())
                .hasSize(6)
                .containsOnly(
                        "The archive of audit is not derived state and is not rebuilt: bin/audit verify checks it,"
                                + " bin/audit restore publishes its records on a new channel.");
    }
    // fork: end

    @Test
    void a_plan_shows_each_partition_and_changes_nothing() {
        assertThat(replay("plan", "example")).isZero();

        assertThat(out.toString())
                .startsWith("Generation 2 of example beside 1, which is live:")
                .contains("transactions-0  offsets 0 to 0, 0 records", "transactions-2", "all    0 records");
        assertThat(testPlatform.generations().exists(2)).isFalse();
    }

    @Test
    void what_is_not_there_cannot_be_compared_switched_to_or_gone_back_to() {
        assertThat(replay("compare", "example")).isOne();
        assertThat(replay("switch", "example")).isOne();
        assertThat(replay("rollback", "example")).isOne();
        assertThat(replay("drop", "example")).isOne();

        assertThat(err.toString().lines())
                .containsExactly(
                        "There is no generation 2 of example: bin/replay run example builds one.",
                        "There is no generation 2 of example: bin/replay run example builds one.",
                        "There is no generation of example before 1 to go back to.",
                        "There is nothing beside the live generation 1 of example.");
    }

    @Test
    void the_live_generation_is_neither_dropped_nor_built() {
        assertThat(replay("drop", "example", "--generation", "1")).isOne();
        assertThat(replay("run", "example", "--generation", "1")).isOne();

        assertThat(err.toString().lines())
                .containsExactly(
                        "Generation 1 of example is live and stays.",
                        "Generation 1 of example cannot be built: live is 1, expected another number from 1.");
    }

    @Test
    void while_a_switch_is_under_way_nothing_else_begins() {
        testPlatform.publish(1, 2, false);

        assertThat(replay("run", "example")).isOne();
        assertThat(replay("drop", "example")).isOne();

        assertThat(err.toString().lines())
                .allMatch(
                        "A switch of example from 1 to 2 is under way: bin/replay switch example goes on with it."
                                ::equals)
                .hasSize(2);
    }

    @Test
    void a_switch_that_was_interrupted_goes_on_and_ends() {
        testPlatform.generations().createResources(2);
        testPlatform.publish(1, 2, false);

        assertThat(replay("switch", "example")).isZero();

        assertThat(testPlatform.log().liveGeneration("example").live()).isEqualTo(2);
        assertThat(testPlatform.port().fenced(1, 2)).isTrue();
        testPlatform.generations().createResources(1);
    }

    @Test
    void a_switch_that_was_interrupted_can_be_given_up_before_the_fence_and_not_after_it() {
        testPlatform.generations().createResources(2);
        testPlatform.publish(1, 2, false);
        assertThat(replay("switch", "example", "--abort")).isZero();
        assertThat(testPlatform.log().liveGeneration("example").successor()).isNull();

        testPlatform.publish(1, 2, false);
        testPlatform.port().fence(1, 2);
        assertThat(replay("switch", "example", "--abort")).isOne();

        assertThat(err.toString()).startsWith("Generation 1 of example is fenced off already: ");
        testPlatform.generations().createResources(1);
    }

    @Test
    void a_generation_that_began_in_the_middle_is_never_switched_to() {
        testPlatform.generations().createResources(2);
        testPlatform.log().append(receipt(OperationReceipt.newId(), "run", true, Instant.now()));
        assertThat(replay("switch", "example")).isOne();
        assertThat(err.toString()).startsWith("Generation 2 of example is partial, ");

        assertThat(replay("drop", "example")).isZero();
        assertThat(replay("receipts")).isZero();
        assertThat(out.toString())
                .contains("run example, generation 2 (partial), by ada", "drop example, generation 2");
    }

    @Test
    void a_drop_that_was_killed_goes_on_and_nothing_else_acts_on_what_is_left() {
        testPlatform.generations().createResources(2);
        testPlatform.log().append(receipt(OperationReceipt.newId(), "drop", false, null));

        assertThat(replay("run", "example")).isOne();
        assertThat(replay("compare", "example")).isOne();
        assertThat(replay("switch", "example")).isOne();
        assertThat(err.toString().lines())
                .hasSize(3)
                .containsOnly(
                        "Generation 2 of example is being removed: bin/replay drop example --generation 2 goes on with it.");

        testPlatform.generations().drop(2); // So far had the killed one come.
        assertThat(replay("drop", "example")).isZero();
        assertThat(out.toString()).contains("Generation 2 of example is gone.");
        assertThat(replay("plan", "example")).isZero();
    }

    @Test
    void a_lock_holds_between_commands_of_different_machines() {
        var here = testPlatform.platform();
        var elsewhere = elsewhere(here.root(), here.home().resolve("elsewhere"));

        CommandLock.tryAcquire(elsewhere, "example-2").orElseThrow().holdWhile(() -> {
            assertThat(replay("run", "example")).isOne();
            assertThat(err.toString())
                    .startsWith("Another bin/replay is at work on generation 2 of example: end it, or wait for it.");
            return null;
        });
        assertThat(CommandLock.tryAcquire(testPlatform.platform(), "example-2")
                        .orElseThrow()
                        .<Boolean>holdWhile(() -> true))
                .isTrue();
    }

    @Test
    void a_generation_that_a_run_follows_is_not_switched_to() {
        testPlatform.generations().createResources(2);

        CommandLock.tryAcquire(testPlatform.platform(), "example-2")
                .orElseThrow()
                .holdWhile(() -> assertThat(replay("switch", "example")).isOne());

        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "Another bin/replay is at work on generation 2 of example: end it, or wait for it.");
        assertThat(testPlatform.log().liveGeneration("example").successor()).isNull();
    }

    @Test
    void a_restored_channel_of_any_generation_is_known_by_its_name() {
        for (var generation : List.of(1, 2, 17)) {
            var name = new RestoredChannels(testPlatform.context(), generation).name("transactions");

            assertThat(name).isEqualTo("transactions-example-g" + generation);
            assertThat(RestoredChannels.originalChannel(name)).isEqualTo("transactions");
        }
    }

    @Test
    void a_cut_over_that_a_process_has_taken_back_does_not_fence() {
        var log = testPlatform.log();
        var cutOver = new LiveGeneration("example", 1, 2, false, Instant.now(), "ada", "9");
        try (var lease = new CutOverLease(log, cutOver, LEASE)) {
            log.append(new LiveGeneration("example", 1, null, false, Instant.now(), "a process", "9"));

            assertThatThrownBy(lease::beginFencing)
                    .isInstanceOf(RebuildException.class)
                    .hasMessage("The switch of example was not renewed in time, and is taken back:"
                            + " generation 1 goes on.");
        }
        assertThat(log.liveGeneration("example").successor()).isNull();
    }

    @Test
    void a_cut_over_is_renewed_while_its_command_lives_and_fences_after_that() {
        var log = testPlatform.log();
        var cutOver = new LiveGeneration("example", 1, 2, false, Instant.now(), "ada", "10");
        var offset = log.append(cutOver);
        try (var lease = new CutOverLease(log, cutOver, LEASE)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.since("example", offset).size() > 2);

            lease.beginFencing();
        }
        assertThat(log.liveGeneration("example").fencing()).isTrue();
    }

    @Test
    void each_command_explains_itself() {
        for (var command : List.of("plan", "run", "compare", "switch", "rollback", "drop", "receipts", "show")) {
            assertThat(replay(command, "--help")).isZero();
        }

        assertThat(out.toString()).contains("--rate", "--from", "--until-caught-up", "--anyway", "--abort", "--json");
    }

    private int replay(String... arguments) {
        CommandLine line = ReplayCommand.commandLine(
                testPlatform::platform,
                platform -> List.of(ReplayTestPlatform.CONSUMER),
                (platform, consumer) -> testPlatform.port(),
                new ShutdownSignal());
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** Returns the same platform as another machine, or another project, sees it. */
    private static PlatformConnection elsewhere(Path root, Path home) {
        var here = testPlatform.platform();
        return new PlatformConnection(here.vars(), here.settings(), here.administrator(), root, home);
    }

    private static ReplayReceipt receipt(String id, String action, boolean partial, Instant end) {
        return new ReplayReceipt(
                id, "example", action, 2, "ada", Instant.now(), end, partial, List.of(), 0, null, null, "A test.");
    }
}
