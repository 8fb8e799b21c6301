package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import millrace.audit.chain.ClosedSegment;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnpublishedCheckpointsTest {
    private final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private final CheckpointPublisher checkpoints = new CheckpointPublisher(null, null) {
        @Override
        Future<?> publish(ClosedSegment segment) {
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        }
    };
    private final ReadinessAlarms alarms = new ReadinessAlarms();
    private final UnpublishedCheckpoints unpublished = new UnpublishedCheckpoints(7);

    @BeforeEach
    void nothingIsLeftInTheDatabase() {
        alarms.clear(BrokerLiveness.KAFKA);
        unpublished.caughtUp(true);
    }

    @Test
    void the_mark_passes_what_is_confirmed_in_order() {
        send(7, 8, 9);

        answers.get(1).complete(null);
        look();
        assertThat(unpublished.mark()).isEqualTo(7);

        answers.get(0).complete(null);
        look();
        assertThat(unpublished.mark()).isEqualTo(9);
    }

    @Test
    void what_the_broker_refused_is_sent_again_and_the_service_is_not_ready_meanwhile() {
        send(7);
        answers.get(0).completeExceptionally(new IllegalStateException("no leader"));

        look();

        assertThat(alarms.call().getData().orElseThrow()).containsEntry("checkpoints", "no leader");
        assertThat(answers).hasSize(2);
        answers.get(1).complete(null);
        look();
        assertThat(unpublished.mark()).isEqualTo(8);
        assertThat(alarms.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void a_refusal_is_not_answered_with_a_flood() {
        send(7);
        for (var i = 0; i < 5; i++) {
            answers.getLast().completeExceptionally(new IllegalStateException("no leader"));
            look();
        }

        assertThat(answers).hasSize(2);
    }

    @Test
    void more_than_is_held_waits_in_the_database_until_there_is_room() {
        for (var segment = 7; segment < 7 + UnpublishedCheckpoints.MOST + 5; segment++) {
            send(segment);
        }
        assertThat(answers).hasSize(UnpublishedCheckpoints.MOST);
        assertThat(unpublished.isBehind()).isFalse();

        answers.forEach(answer -> answer.complete(null));
        look();

        assertThat(unpublished.isBehind()).isTrue();
        assertThat(unpublished.mark()).isEqualTo(7 + UnpublishedCheckpoints.MOST);
        send(7 + UnpublishedCheckpoints.MOST + 5);
        assertThat(answers).as("not before those that come first").hasSize(UnpublishedCheckpoints.MOST);
    }

    private void send(int... segments) {
        for (var segment : segments) {
            unpublished.publish(new ClosedSegment("clicks", 0, segment, 1, 0, 1, 0, 1, null, null, null), checkpoints);
        }
    }

    private void look() {
        unpublished.collectConfirmations(checkpoints, alarms);
    }
}
