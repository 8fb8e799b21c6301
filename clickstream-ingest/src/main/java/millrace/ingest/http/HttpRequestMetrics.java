package millrace.ingest.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Measures requests in the metric {@code ingest_requests_seconds} by route and status, and logs a line for each that
 * failed, with nothing in it that the sender wrote.
 */
@Singleton
public class HttpRequestMetrics {
    private static final Logger LOG = Logger.getLogger(HttpRequestMetrics.class);
    private static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Limit of lines a second; of further failures only the number is logged, because a client may fail on purpose. */
    private static final int LINES_A_SECOND = 20;

    /** Limit of code locations whose stack trace is logged; of further ones only a line is. */
    private static final int DEFECTS = 100;

    private final MeterRegistry metrics;
    private final Map<String, Map<Integer, Timer>> timers = new ConcurrentHashMap<>();
    private final LineLimiter lines = new LineLimiter();
    private final Set<String> defects = ConcurrentHashMap.newKeySet();

    HttpRequestMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** Starts the measurement of a request, when its headers have come. */
    public Observation start(String route) {
        return new Observation(route, System.nanoTime());
    }

    /** Logs a failure, as long as there are not too many of them. */
    public void logFailure(String line) {
        lines.write(line);
    }

    /** Counts a limit that was reached in {@code ingest_limits_total}; {@code null} is none. */
    void countLimit(String limit) {
        if (limit != null) {
            metrics.counter("ingest.limits", "limit", limit).increment();
        }
    }

    /**
     * Counts and logs a defect of the edge: with its stack trace the first time that it shows at a code location, then
     * with a line as any other failure.
     */
    void recordDefect(Throwable defect) {
        metrics.counter("ingest.defects").increment();
        var frames = defect.getStackTrace();
        var location = defect.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
        if (defects.size() < DEFECTS && defects.add(location)) {
            LOG.error("A request could not be served, by a defect", defect);
        } else {
            logFailure("A request could not be served, by a defect: " + location);
        }
    }

    /** A request without a response yet. */
    public final class Observation {
        private final String route;
        private final long began;

        private Observation(String route, long began) {
            this.route = route;
            this.began = began;
        }

        /** @param reason of the failure, in the edge's own words */
        public void end(HttpServerRequest request, int status, String reason) {
            var took = Duration.ofNanos(System.nanoTime() - began);
            timer(status).record(took);
            if (status >= 400) {
                logFailure(
                        "%s %s %d after %d ms: %s".formatted(request.method(), route, status, took.toMillis(), reason));
            }
        }

        private Timer timer(int status) {
            return timers.computeIfAbsent(route, added -> new ConcurrentHashMap<>())
                    .computeIfAbsent(
                            status,
                            added -> Timer.builder("ingest.requests")
                                    .description("Requests from their headers to their answer")
                                    .tags("route", route, "status", Integer.toString(status))
                                    .serviceLevelObjectives(BUCKETS)
                                    .register(metrics));
        }
    }

    /** Writes a limited number of lines a second, and the number of those left out. */
    private static final class LineLimiter {
        private long second;
        private int written;
        private int suppressed;

        synchronized void write(String line) {
            var now = System.nanoTime() / 1_000_000_000;
            if (now != second) {
                if (suppressed > 0) {
                    LOG.infof("%d more requests failed within that second", suppressed);
                }
                second = now;
                written = 0;
                suppressed = 0;
            }
            if (written < LINES_A_SECOND) {
                written++;
                LOG.info(line);
            } else {
                suppressed++;
            }
        }
    }
}
