package millrace.audit;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.TimeoutException;

/** Whether the brokers are there: a poll without records ends the same where nothing is new and where nobody answers. */
final class Pulse {
    /** In the words of {@link Condition}. */
    static final String KAFKA = "Kafka";

    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final Consumer<?, ?> consumer;
    private final Condition condition;
    private long lastAnswer = System.nanoTime() - SILENCE.toNanos();

    Pulse(Consumer<?, ?> consumer, Condition condition) {
        this.consumer = consumer;
        this.condition = condition;
    }

    /** After each poll; asks the brokers something where they were silent for a while. */
    void polled(boolean records) {
        if (records) {
            answered();
        } else if (System.nanoTime() - lastAnswer >= SILENCE.toNanos()) {
            ask();
        }
    }

    private void ask() {
        try {
            consumer.listTopics(ANSWERS_WITHIN);
            answered();
        } catch (TimeoutException e) {
            condition.bad(KAFKA, "no answer within " + ANSWERS_WITHIN.toSeconds() + " s");
        }
    }

    private void answered() {
        lastAnswer = System.nanoTime();
        condition.good(KAFKA);
    }
}
