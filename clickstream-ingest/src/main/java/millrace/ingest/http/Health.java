package millrace.ingest.http;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers whether the edge is healthy, to anybody, and nothing of why: the log has that. To be ready it asks the broker, and it
 * does so once a second at most, however many ask; who asks in between is told the last answer.
 */
@Singleton
public class Health {
    public static final String PATH = "/q/health";
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Vertx vertx;
    private final Map<String, Callable<SmallRyeHealth>> checks;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /** @param at when, in nanoseconds */
    private record Asked(long at, Future<Answer> answer) {}

    Health(Vertx vertx, SmallRyeHealthReporter reporter) {
        this.vertx = vertx;
        this.checks = Map.of(
                PATH,
                reporter::getHealth,
                PATH + "/live",
                reporter::getLiveness,
                PATH + "/ready",
                reporter::getReadiness,
                PATH + "/started",
                reporter::getStartup);
    }

    public Future<Answer> answer(String path) {
        var check = checks.get(path);
        if (check == null) {
            return Future.succeededFuture(Refusal.notFound().answer());
        }
        var now = System.nanoTime();
        return asked.compute(
                        path,
                        (key, last) -> last != null && (now - last.at < FRESH || !last.answer.isComplete())
                                ? last
                                : new Asked(now, ask(check)))
                .answer;
    }

    private Future<Answer> ask(Callable<SmallRyeHealth> check) {
        return vertx.executeBlocking(check, false)
                .map(health -> health.isDown() ? status(503, "DOWN") : status(200, "UP"))
                .otherwise(status(503, "DOWN"));
    }

    private static Answer status(int status, String text) {
        return Answer.json(status, Map.of("status", text));
    }
}
