package millrace.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/** Admin client with the application's own rights. A call fails after 20 s. */
final class ApplicationAdmin implements AutoCloseable {
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    private final Admin admin;
    private final String address;

    /** @param client Kafka client properties */
    ApplicationAdmin(Map<String, ?> client) {
        var settings = new HashMap<String, Object>(client);
        settings.putAll(ANSWER_WITHIN);
        this.admin = Admin.create(settings);
        this.address = String.valueOf(client.get("bootstrap.servers"));
    }

    Admin client() {
        return admin;
    }

    /** @throws ReplayException if the broker answers with an error, or not in time */
    <T> T answer(KafkaFuture<T> future) {
        return answer(future, Map.of());
    }

    /** @param otherwise results that stand for exceptions of these types */
    <T> T answer(KafkaFuture<T> future, Map<Class<? extends Throwable>, T> otherwise) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            for (var known : otherwise.entrySet()) {
                if (known.getKey().isInstance(e.getCause())) {
                    return known.getValue();
                }
            }
            throw new ReplayException(
                    "Kafka at %s does not answer as expected: %s"
                            .formatted(address, e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplayException("It was interrupted.", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
