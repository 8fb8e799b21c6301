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
 * Watches requests: the metric {@code ingest_requests_seconds} by route and status, and a line in the log for each that failed,
 * with nothing in it that the sender wrote.
 */
@Singleton
public class HttpRequestMetrics {
    private static final Logger LOG = Logger.getLogger(HttpRequestMetrics.class);
    private static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Beyond so many in a second only their number is told: somebody may fail on purpose. */
    private static final int LINES_A_SECOND = 20;

    /** Of so many places the stack is told; of more, only the line. */
    private static final int DEFECTS = 100;

    private final MeterRegistry metrics;
    private final Map<String, Map<Integer, Timer>> timers = new ConcurrentHashMap<>();
    private final LineLimiter lines = new LineLimiter();
    private final Set<String> defects = ConcurrentHashMap.newKeySet();

    HttpRequestMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** To be called when a request's headers have come. */
    public Observation begin(String route) {
        return new Observation(route, System.nanoTime());
    }

    /** A line in the log about something that failed, as long as there are not too many of them. */
    public void tell(String line) {
        lines.tell(line);
    }

    /** Counts a limit that was met, as {@code ingest_limits_total}; {@code null} is none. */
    public void limit(String limit) {
        if (limit != null) {
            metrics.counter("ingest.limits", "limit", limit).increment();
        }
    }

    /** Tells of a defect of the edge: where it is, the first time that it shows there; then a line as of any other failure. */
    public void defect(Throwable defect) {
        metrics.counter("ingest.defects").increment();
        var frames = defect.getStackTrace();
        var place = defect.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
        if (defects.size() < DEFECTS && defects.add(place)) {
            LOG.error("A request could not be served, by a defect", defect);
        } else {
            tell("A request could not be served, by a defect: " + place);
        }
    }

    /** A request that is not answered yet. */
    public final class Observation {
        private final String route;
        private final long began;

        private Observation(String route, long began) {
            this.route = route;
            this.began = began;
        }

        /** @param reason why it failed, in the edge's own words */
        public void end(HttpServerRequest request, int status, String reason) {
            var took = Duration.ofNanos(System.nanoTime() - began);
            timer(status).record(took);
            if (status >= 400) {
                tell("%s %s %d after %d ms: %s".formatted(request.method(), route, status, took.toMillis(), reason));
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

    /** So many lines a second, and the number of the rest. */
    private static final class LineLimiter {
        private long second;
        private int told;
        private int untold;

        synchronized void tell(String line) {
            var now = System.nanoTime() / 1_000_000_000;
            if (now != second) {
                if (untold > 0) {
                    LOG.infof("%d more requests failed within that second", untold);
                }
                second = now;
                told = 0;
                untold = 0;
            }
            if (told < LINES_A_SECOND) {
                told++;
                LOG.info(line);
            } else {
                untold++;
            }
        }
    }
}
