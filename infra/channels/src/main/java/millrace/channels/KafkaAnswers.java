package millrace.channels;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;

/** Answers of an admin client, whose time limit is that of the client. */
public final class KafkaAnswers {
    private KafkaAnswers() {}

    /** @throws ClusterException if the broker answers with an error, or not in time */
    public static <T> T of(KafkaFuture<T> answer) {
        return of(answer, Map.of());
    }

    /** @param otherwise results that stand for errors of these types */
    static <T> T of(KafkaFuture<T> answer, Map<Class<? extends Throwable>, T> otherwise) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            for (var known : otherwise.entrySet()) {
                if (known.getKey().isInstance(e.getCause())) {
                    return known.getValue();
                }
            }
            throw new ClusterException("Kafka does not answer: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("The command was interrupted.", e);
        }
    }
}
