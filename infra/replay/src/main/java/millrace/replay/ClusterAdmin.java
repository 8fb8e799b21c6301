package millrace.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/**
 * Admin client with the administrator's rights where those are given, else with the application's. A call fails after
 * 20 s.
 */
record ClusterAdmin(PlatformConnection platform) {
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    /** Calls with one client. */
    interface Work<T> {
        T with(Admin admin);
    }

    <T> T call(Work<T> work) {
        var client = new HashMap<String, Object>(platform.settings().kafka());
        platform.administrator().ifPresent(client::putAll);
        client.putAll(ANSWER_WITHIN);
        try (var admin = Admin.create(client)) {
            return work.with(admin);
        }
    }

    /** @throws ReplayException if the cluster does not answer or refuses */
    static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new ReplayException(
                    "Kafka does not answer as expected: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplayException("It was interrupted.", e);
        }
    }

    /**
     * Returns true if the call failed with one of these exceptions, false if it succeeded.
     *
     * @throws ReplayException if it failed with another one
     */
    @SafeVarargs
    static boolean failsWith(KafkaFuture<?> future, Class<? extends Exception>... kinds) {
        try {
            answer(future);
            return false;
        } catch (ReplayException e) {
            for (var kind : kinds) {
                if (kind.isInstance(e.getCause())) {
                    return true;
                }
            }
            throw e;
        }
    }
}
