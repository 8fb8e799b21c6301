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
public class HealthEndpoint {
    public static final String PATH = "/q/health";
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Vertx vertx;
    private final Map<String, Callable<SmallRyeHealth>> checks;
    private final Map<String, CachedResponse> asked = new ConcurrentHashMap<>();

    /** @param at when, in nanoseconds */
    private record CachedResponse(long at, Future<EdgeResponse> answer) {}

    HealthEndpoint(Vertx vertx, SmallRyeHealthReporter reporter) {
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

    public Future<EdgeResponse> answer(String path) {
        var check = checks.get(path);
        if (check == null) {
            return Future.succeededFuture(ProblemException.notFound().answer());
        }
        var now = System.nanoTime();
        return asked.compute(
                        path,
                        (key, last) -> last != null && (now - last.at < FRESH || !last.answer.isComplete())
                                ? last
                                : new CachedResponse(now, ask(check)))
                .answer;
    }

    private Future<EdgeResponse> ask(Callable<SmallRyeHealth> check) {
        return vertx.executeBlocking(check, false)
                .map(health -> health.isDown() ? status(503, "DOWN") : status(200, "UP"))
                .otherwise(status(503, "DOWN"));
    }

    private static EdgeResponse status(int status, String text) {
        return EdgeResponse.json(status, Map.of("status", text));
    }
}
