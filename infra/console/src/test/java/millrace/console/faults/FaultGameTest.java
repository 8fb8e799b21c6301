package millrace.console.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultGameTest {
    private static final List<String> PROCESSES = List.of("web.1", "orders.1", "analytics.1", "audit.1");

    @Test
    void the_seed_decides_all_faults() {
        assertThat(game(42, 300, 10).moves()).isEqualTo(game(42, 300, 10).moves());
        assertThat(game(42, 300, 10).moves()).isNotEqualTo(game(43, 300, 10).moves());
    }

    @Test
    void the_order_in_which_processes_are_named_does_not_matter() {
        var reversed = new FaultGame(42, 300, 10, PROCESSES.reversed(), "a test", Instant.EPOCH, 0, null);

        assertThat(reversed.moves()).isEqualTo(game(42, 300, 10).moves());
    }

    @Test
    void the_faults_of_a_seed_stay_the_same_from_version_to_version() {
        assertThat(game(1, 60, 10).moves())
                .containsExactly(
                        new FaultGame.Move(12_309, FaultKind.KILL, "audit.1", null, 14),
                        new FaultGame.Move(20_636, FaultKind.KILL, "orders.1", null, 13),
                        new FaultGame.Move(35_273, FaultKind.KILL, "orders.1", null, 7),
                        new FaultGame.Move(49_644, FaultKind.STOP, "web.1", null, 5));
    }

    @Test
    void no_process_has_two_faults_at_once_and_all_end_with_the_game() {
        for (var seed = 0; seed < 200; seed++) {
            var freeAt = new HashMap<String, Long>();
            for (var move : game(seed, 120, 3).moves()) {
                assertThat(move.afterMs()).isGreaterThanOrEqualTo(freeAt.getOrDefault(move.process(), 0L));
                freeAt.put(move.process(), move.afterMs() + move.seconds() * 1000L);
                assertThat(move.afterMs() + move.seconds() * 1000L).isLessThanOrEqualTo(121_000);
                assertThat(move.seconds()).isBetween(3, 15);
            }
        }
    }

    @Test
    void faults_come_at_the_pace_on_average() {
        assertThat(game(5, 3600, 10).moves()).hasSizeBetween(200, 400);
    }

    private static FaultGame game(long seed, int seconds, int pace) {
        return new FaultGame(seed, seconds, pace, PROCESSES, "a test", Instant.EPOCH, 0, null);
    }
}
