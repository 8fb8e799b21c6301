package millrace.console.numbers;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;
import millrace.events.Channels;
import millrace.events.EventRejected;
import millrace.local.StartException;

/** The numbers of analytics as they come, and beside those that a feed expects. */
public final class NumbersView implements View {
    private static final Duration MINUTES_EVERY = Duration.ofMillis(250);
    private static final Duration RANKINGS_EVERY = Duration.ofSeconds(2);
    private static final Duration EXPECTED_EVERY = Duration.ofSeconds(2);
    private static final int RANKS = 8;
    private static final int MOST_CAMPAIGNS = 20;
    private static final List<String> STEPS = List.of("visits", "products", "carts", "checkouts", "orders");

    private final Deployment deployment;
    private final Clock clock;
    private final LiveMinutes minutes = new LiveMinutes();
    private final LateEvents late;
    private final SourceCounts<EventRejected> rejected;
    private final FaultMarks marks = new FaultMarks();
    private final ExpectedComparison comparison = new ExpectedComparison();

    public NumbersView(Deployment deployment, Clock clock) {
        this.deployment = deployment;
        this.clock = clock;
        this.late = new LateEvents(deployment);
        this.rejected = new SourceCounts<>(
                deployment, Channels.REJECTED_EVENTS, EventRejected::source, rejected -> {}, () -> {});
    }

    @Override
    public String name() {
        return "numbers";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return deployment.has("analytics");
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("numbers", MINUTES_EVERY, this::minutes)
                .add("numbers-rankings", RANKINGS_EVERY, this::rankings)
                .add("numbers-late", RANKINGS_EVERY, access -> late.value(windowStart()));
        if (deployment.isLocal()) {
            feeds.add("numbers-marks", RANKINGS_EVERY, access -> marks())
                    .add("numbers-expected", EXPECTED_EVERY, this::latest);
            routes.get("/api/numbers/expected/{name}", routes.alone(this::expected));
        } else {
            feeds.add("numbers-marks", RANKINGS_EVERY, access -> List.of())
                    .add("numbers-expected", EXPECTED_EVERY, access -> Map.of("names", List.of()));
        }
    }

    private LiveMinutes.Query analytics(Access access) {
        return path -> deployment.service("analytics").get(access, path);
    }

    private Instant windowStart() {
        return clock.instant().minus(LiveMinutes.WINDOW);
    }

    private Object minutes(Access access) throws InterruptedException {
        var now = clock.instant();
        minutes.refresh(analytics(access), now);
        return minutes.value(now);
    }

    private Object rankings(Access access) throws InterruptedException {
        var analytics = analytics(access);
        var from = windowStart().truncatedTo(HOURS);
        var value = new LinkedHashMap<String, Object>();
        value.put("from", from.toString());
        value.put("funnel", funnel(analytics.rows("/funnel?limit=10000&from=" + from)));
        var products = new LinkedHashMap<String, Object>();
        for (var by : List.of("viewed", "carted", "bought")) {
            products.put(by, analytics.rows("/top-products?by=" + by + "&limit=" + RANKS + "&from=" + from));
        }
        value.put("products", products);
        value.put("trending", analytics.rows("/trending?limit=" + RANKS + "&from=" + from));
        return value;
    }

    /** Sums of the hours, in all and by campaign, most visits first. */
    private static Map<String, Object> funnel(JsonNode rows) {
        var all = new long[STEPS.size()];
        var campaigns = new LinkedHashMap<String, long[]>();
        for (var row : rows) {
            var sums = campaigns.computeIfAbsent(row.path("campaign").asText(), name -> new long[STEPS.size()]);
            for (var step = 0; step < all.length; step++) {
                var number = row.path(STEPS.get(step)).asLong();
                all[step] += number;
                sums[step] += number;
            }
        }
        var byVisits = new ArrayList<>(campaigns.entrySet());
        byVisits.sort(Map.Entry.<String, long[]>comparingByValue((one, other) -> Long.compare(other[0], one[0]))
                .thenComparing(Map.Entry.comparingByKey()));
        return Map.of(
                "steps",
                STEPS,
                "all",
                all,
                "more",
                Math.max(0, byVisits.size() - MOST_CAMPAIGNS),
                "campaigns",
                byVisits.stream()
                        .limit(MOST_CAMPAIGNS)
                        .map(campaign -> Map.of("name", campaign.getKey(), "reached", campaign.getValue()))
                        .toList());
    }

    private List<FaultMarks.Mark> marks() throws InterruptedException {
        try {
            var home = deployment.home().orElseThrow();
            return marks.observe(
                    deployment.control().call("GET", "/processes", null), home.resolve("logs"), clock.instant());
        } catch (StartException e) {
            throw new ConsoleException(503, e.getMessage(), e);
        }
    }

    /** The latest simulation, and the names of all. */
    private Object latest(Access access) throws InterruptedException {
        var results = new ExpectedResults(deployment.home().orElseThrow());
        var names = results.names();
        var value = new LinkedHashMap<String, Object>();
        value.put("names", names);
        if (!names.isEmpty()) {
            var file = results.read(names.getFirst());
            if (file.isPresent()) {
                value.put("latest", compare(access, file.get()));
            }
        }
        return value;
    }

    private Object expected(Request request) throws InterruptedException {
        var name = request.parameter("name");
        var file = new ExpectedResults(deployment.home().orElseThrow())
                .read(name)
                .orElseThrow(
                        () -> ConsoleException.notFound("No bin/feed has written what it expects of " + name + "."));
        return compare(request.access(), file);
    }

    private Map<String, Object> compare(Access access, JsonNode file) throws InterruptedException {
        late.counts().read();
        rejected.read();
        synchronized (comparison) {
            return comparison.compare(
                    file,
                    analytics(access),
                    new ExpectedComparison.Channels(late.counts()::ofImport, rejected::ofImport),
                    clock.instant().truncatedTo(SECONDS));
        }
    }
}
