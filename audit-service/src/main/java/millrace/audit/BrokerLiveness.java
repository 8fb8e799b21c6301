package millrace.audit;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.TimeoutException;

/** Detects brokers that do not answer: an empty poll alone cannot tell them from a topic without new records. */
final class BrokerLiveness {
    /** Name of the problem in {@link ReadinessAlarms}. */
    static final String KAFKA = "Kafka";

    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final Consumer<?, ?> consumer;
    private final ReadinessAlarms alarms;
    private long lastAnswer = System.nanoTime() - SILENCE.toNanos();

    BrokerLiveness(Consumer<?, ?> consumer, ReadinessAlarms alarms) {
        this.consumer = consumer;
        this.alarms = alarms;
    }

    /** Called after each poll; after 5 s without records it asks the brokers for their topics. */
    void afterPoll(boolean records) {
        if (records) {
            answered();
        } else if (System.nanoTime() - lastAnswer >= SILENCE.toNanos()) {
            probe();
        }
    }

    private void probe() {
        try {
            consumer.listTopics(ANSWERS_WITHIN);
            answered();
        } catch (TimeoutException e) {
            alarms.raise(KAFKA, "no answer within " + ANSWERS_WITHIN.toSeconds() + " s");
        }
    }

    private void answered() {
        lastAnswer = System.nanoTime();
        alarms.clear(KAFKA);
    }
}
