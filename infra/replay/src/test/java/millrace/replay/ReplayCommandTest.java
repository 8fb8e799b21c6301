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
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
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
    private static ReplayTestPlatform testPlatform;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start(@TempDir Path home) {
        testPlatform = ReplayTestPlatform.start(home);
        new RebuildableOrders(testPlatform.platform()).createResources(1);
    }

    @AfterAll
    static void stop() {
        testPlatform.close();
    }

    @AfterEach
    void reset() {
        writeLiveGeneration(1, null);
        new RebuildableOrders(testPlatform.platform()).drop(2);
    }

    @Test
    void a_consumer_that_does_not_exist_is_refused_with_those_that_do() {
        assertThat(replay("plan", "shop")).isOne();

        assertThat(err.toString())
                .startsWith("There is no consumer shop: expected one of ")
                .contains("orders");
    }

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

    @Test
    void a_plan_shows_each_partition_and_changes_nothing() {
        assertThat(replay("plan", "orders")).isZero();

        assertThat(out.toString())
                .startsWith("Generation 2 of orders beside 1, which is live:")
                .contains("transactions-0  offsets 0 to 0, 0 records", "transactions-2", "all    0 records");
        assertThat(new RebuildableOrders(testPlatform.platform()).exists(2)).isFalse();
    }

    @Test
    void what_is_not_there_cannot_be_compared_switched_to_or_gone_back_to() {
        assertThat(replay("compare", "orders")).isOne();
        assertThat(replay("switch", "orders")).isOne();
        assertThat(replay("rollback", "orders")).isOne();
        assertThat(replay("drop", "orders")).isOne();

        assertThat(err.toString().lines())
                .containsExactly(
                        "There is no generation 2 of orders: bin/replay run orders builds one.",
                        "There is no generation 2 of orders: bin/replay run orders builds one.",
                        "There is no generation of orders before 1 to go back to.",
                        "There is nothing beside the live generation 1 of orders.");
    }

    @Test
    void the_live_generation_is_neither_dropped_nor_built() {
        assertThat(replay("drop", "orders", "--generation", "1")).isOne();
        assertThat(replay("run", "orders", "--generation", "1")).isOne();

        assertThat(err.toString().lines())
                .containsExactly(
                        "Generation 1 of orders is live and stays.",
                        "Generation 1 of orders cannot be built: live is 1, expected another number from 1.");
    }

    @Test
    void while_a_switch_is_under_way_nothing_else_begins() {
        writeLiveGeneration(1, 2);

        assertThat(replay("run", "orders")).isOne();
        assertThat(replay("drop", "orders")).isOne();

        assertThat(err.toString().lines())
                .allMatch(
                        "A switch of orders from 1 to 2 is under way: bin/replay switch orders goes on with it."
                                ::equals)
                .hasSize(2);
    }

    @Test
    void a_switch_that_was_interrupted_goes_on_and_ends() {
        new RebuildableOrders(testPlatform.platform()).createResources(2);
        writeLiveGeneration(1, 2);

        assertThat(replay("switch", "orders")).isZero();

        assertThat(new GenerationLog(testPlatform.platform())
                        .liveGeneration("orders")
                        .live())
                .isEqualTo(2);
        assertThat(new RebuildableOrders(testPlatform.platform()).isFenced(1, 2))
                .isTrue();
        new RebuildableOrders(testPlatform.platform()).createResources(1);
    }

    @Test
    void a_switch_that_was_interrupted_can_be_given_up_before_the_fence_and_not_after_it() {
        new RebuildableOrders(testPlatform.platform()).createResources(2);
        writeLiveGeneration(1, 2);
        assertThat(replay("switch", "orders", "--abort")).isZero();
        assertThat(new GenerationLog(testPlatform.platform())
                        .liveGeneration("orders")
                        .handingOverTo())
                .isNull();

        writeLiveGeneration(1, 2);
        new RebuildableOrders(testPlatform.platform()).fence(1, 2);
        assertThat(replay("switch", "orders", "--abort")).isOne();

        assertThat(err.toString()).startsWith("Generation 1 of orders is fenced off already: ");
        new RebuildableOrders(testPlatform.platform()).createResources(1);
    }

    @Test
    void a_generation_that_began_in_the_middle_is_never_switched_to() {
        new RebuildableOrders(testPlatform.platform()).createResources(2);
        new GenerationLog(testPlatform.platform()).append(receipt(ReplayContext.newId(), "run", true, Instant.now()));
        assertThat(replay("switch", "orders")).isOne();
        assertThat(err.toString()).startsWith("Generation 2 of orders is partial, ");

        assertThat(replay("drop", "orders")).isZero();
        assertThat(replay("receipts")).isZero();
        assertThat(out.toString()).contains("run orders, generation 2 (partial), by ada", "drop orders, generation 2");
    }

    @Test
    void a_drop_that_was_killed_goes_on_and_nothing_else_acts_on_what_is_left() {
        new RebuildableOrders(testPlatform.platform()).createResources(2);
        new GenerationLog(testPlatform.platform()).append(receipt(ReplayContext.newId(), "drop", false, null));

        assertThat(replay("run", "orders")).isOne();
        assertThat(replay("compare", "orders")).isOne();
        assertThat(replay("switch", "orders")).isOne();
        assertThat(err.toString().lines())
                .hasSize(3)
                .containsOnly(
                        "Generation 2 of orders is being removed: bin/replay drop orders --generation 2 goes on with it.");

        new RebuildableOrders(testPlatform.platform()).drop(2); // So far had the killed one come.
        assertThat(replay("drop", "orders")).isZero();
        assertThat(out.toString()).contains("Generation 2 of orders is gone.");
        assertThat(replay("plan", "orders")).isZero();
    }

    @Test
    void a_lock_holds_between_commands_of_different_machines() {
        var elsewhere = new PlatformConnection(
                testPlatform.platform().vars(),
                testPlatform.platform().settings(),
                testPlatform.platform().administrator(),
                testPlatform.platform().root(),
                testPlatform.platform().home().resolve("elsewhere"));

        CommandLock.tryAcquire(elsewhere, "orders-2").orElseThrow().holdWhile(() -> {
            assertThat(replay("run", "orders")).isOne();
            assertThat(err.toString())
                    .startsWith("Another bin/replay is at work on generation 2 of orders: end it, or wait for it.");
            return null;
        });
        assertThat(CommandLock.tryAcquire(testPlatform.platform(), "orders-2").orElseThrow().<Boolean>holdWhile(() -> true))
                .isTrue();
    }

    @Test
    void a_hand_over_that_a_process_has_taken_back_does_not_fence() {
        var log = new GenerationLog(testPlatform.platform());
        var handOver = new LiveGeneration("orders", 1, 2, false, Instant.now(), "ada", "9");
        try (var lease = new HandOverLease(log, handOver)) {
            log.append(new LiveGeneration("orders", 1, null, false, Instant.now(), "a process", "9"));

            assertThatThrownBy(lease::beginFencing)
                    .isInstanceOf(ReplayException.class)
                    .hasMessage("The switch of orders to generation 2 was not renewed in time, and is taken back:"
                            + " generation 1 goes on.");
        }
        assertThat(log.liveGeneration("orders").handingOverTo()).isNull();
    }

    @Test
    void a_hand_over_is_renewed_while_its_command_lives_and_fences_after_that() {
        var log = new GenerationLog(testPlatform.platform());
        var handOver = new LiveGeneration("orders", 1, 2, false, Instant.now(), "ada", "10");
        var offset = log.append(handOver);
        try (var lease = new HandOverLease(log, handOver)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.since("orders", offset).size() > 2);

            lease.beginFencing();
        }
        assertThat(log.liveGeneration("orders").fencing()).isTrue();
    }

    @Test
    void each_command_explains_itself() {
        for (var command : List.of("plan", "run", "compare", "switch", "rollback", "drop", "receipts", "show")) {
            assertThat(replay(command, "--help")).isZero();
        }

        assertThat(out.toString()).contains("--rate", "--from", "--until-caught-up", "--anyway", "--abort", "--json");
    }

    private int replay(String... arguments) {
        CommandLine line = ReplayCommand.commandLine(testPlatform::platform, new ShutdownSignal());
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static void writeLiveGeneration(int live, Integer handingOverTo) {
        new GenerationLog(testPlatform.platform())
                .append(new LiveGeneration("orders", live, handingOverTo, false, Instant.now(), "ada", "0"));
    }

    private static ReplayReceipt receipt(String id, String action, boolean partial, Instant end) {
        return new ReplayReceipt(
                id, "orders", action, 2, "ada", Instant.now(), end, partial, List.of(), 0, null, null, "A test.");
    }
}
