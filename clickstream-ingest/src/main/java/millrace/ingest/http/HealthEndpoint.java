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
 * Tells every caller whether the edge is healthy, without details: the log has them. A readiness check asks the broker,
 * so each check runs once a second at most; requests in between get the last response.
 */
@Singleton
class HealthEndpoint {
    static final String PATH = "/q/health";
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Vertx vertx;
    private final Map<String, Callable<SmallRyeHealth>> checks;
    private final Map<String, CachedResponse> cached = new ConcurrentHashMap<>();

    /** @param at start of the check, in nanoseconds */
    private record CachedResponse(long at, Future<EdgeResponse> response) {}

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

    Future<EdgeResponse> respond(String path) {
        var check = checks.get(path);
        if (check == null) {
            return Future.succeededFuture(ProblemException.notFound().response());
        }
        var now = System.nanoTime();
        return cached.compute(
                        path,
                        (key, last) -> last != null && (now - last.at < FRESH || !last.response.isComplete())
                                ? last
                                : new CachedResponse(now, check(check)))
                .response;
    }

    private Future<EdgeResponse> check(Callable<SmallRyeHealth> check) {
        return vertx.executeBlocking(check, false)
                .map(health -> health.isDown() ? status(503, "DOWN") : status(200, "UP"))
                .otherwise(status(503, "DOWN"));
    }

    private static EdgeResponse status(int status, String text) {
        return EdgeResponse.json(status, Map.of("status", text));
    }
}
