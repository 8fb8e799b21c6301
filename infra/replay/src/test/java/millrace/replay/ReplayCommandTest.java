package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
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
        new GenerationLog(testPlatform.platform()).append(receipt("1", "run", true));
        assertThat(replay("switch", "orders")).isOne();
        assertThat(err.toString()).startsWith("Generation 2 of orders is partial, ");

        assertThat(replay("drop", "orders")).isZero();
        assertThat(replay("receipts")).isZero();
        assertThat(out.toString()).contains("run orders, generation 2 (partial), by ada", "drop orders, generation 2");
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
                .append(new LiveGeneration("orders", live, handingOverTo, Instant.now(), "ada", "0"));
    }

    private static ReplayReceipt receipt(String id, String action, boolean partial) {
        var now = Instant.now();
        return new ReplayReceipt(
                id, "orders", action, 2, "ada", now, now, partial, List.of(), 0, null, null, "A test.");
    }
}
