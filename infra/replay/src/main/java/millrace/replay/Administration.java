package millrace.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/** Work on the cluster, with the rights of the administrator where there is one, else with the application's. */
record Administration(Site site) {
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    /** One piece of work. */
    interface Work<T> {
        T with(Admin admin);
    }

    <T> T let(Work<T> work) {
        var client = new HashMap<String, Object>(site.settings().kafka());
        site.administrator().ifPresent(client::putAll);
        client.putAll(ANSWER_WITHIN);
        try (var admin = Admin.create(client)) {
            return work.with(admin);
        }
    }

    /** @throws CannotReplay where the cluster does not answer or refuses */
    static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new CannotReplay(
                    "Kafka does not answer as expected: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotReplay("It was interrupted.", e);
        }
    }

    /** Whether it is what the answer has failed with. */
    @SafeVarargs
    static boolean failsWith(KafkaFuture<?> future, Class<? extends Exception>... kinds) {
        try {
            answer(future);
            return false;
        } catch (CannotReplay e) {
            for (var kind : kinds) {
                if (kind.isInstance(e.getCause())) {
                    return true;
                }
            }
            throw e;
        }
    }
}
