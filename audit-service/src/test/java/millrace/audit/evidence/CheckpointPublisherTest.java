package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import millrace.audit.AuditedChannels;
import millrace.audit.ReadinessAlarms;
import millrace.audit.evidence.tree.TreeHead;
import millrace.events.Checkpoint;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

class CheckpointPublisherTest {
    private final List<ProducerRecord<String, Checkpoint>> sent = new ArrayList<>();
    private final List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
    private final ReadinessAlarms alarms = new ReadinessAlarms();
    private final CheckpointPublisher publisher =
            new CheckpointPublisher(null, new AuditedChannels(Optional.of("prefix.")), alarms) {
                @Override
                Producer<String, Checkpoint> producer() {
                    return new MockProducer<>() {
                        @Override
                        public Future<RecordMetadata> send(ProducerRecord<String, Checkpoint> record) {
                            sent.add(record);
                            answers.add(new CompletableFuture<>());
                            return answers.getLast();
                        }
                    };
                }
            };

    @Test
    void a_checkpoint_is_published_under_the_size_of_its_log() {
        publish(7);

        assertThat(sent)
                .singleElement()
                .satisfies(record -> assertThat(record)
                        .returns("prefix.audit-checkpoints", ProducerRecord::topic)
                        .returns("7", ProducerRecord::key)
                        .returns(new Checkpoint("note 7"), ProducerRecord::value));
    }

    @Test
    void while_the_broker_refuses_the_service_is_not_ready_and_does_not_flood_it() {
        publish(7);
        answers.getLast().completeExceptionally(new IllegalStateException("no leader"));

        publisher.retry();
        publisher.retry();

        assertThat(sent).hasSize(1);
        assertThat(alarms.call().getData().orElseThrow()).containsEntry("checkpoints", "no leader");
        publish(8);
        answers.getLast().complete(null);
        publisher.retry();
        assertThat(alarms.call().getData().orElseThrow())
                .as("the last covers all before it")
                .doesNotContainKey("checkpoints");
    }

    private void publish(long size) {
        publisher.publish(new TreeHead("millrace/audit", size, new byte[0], Instant.EPOCH), "note " + size);
    }
}
