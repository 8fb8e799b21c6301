package millrace.bench;

import java.io.File;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/bench analytics}: throughput and latency of aggregation, beside a consumer that only reads the clicks. */
@Command(
        name = "analytics",
        description = {
            "Measures how many clicks a second one analytics process counts from a backlog, with each guarantee of"
                    + " processing, beside Kafka's own measuring tool that only reads them (read).",
            "Then the latency from a page view that the edge has acknowledged to a count that contains it, at a constant"
                    + " rate."
        })
final class AnalyticsBenchmark extends Scenario {
    private static final String EXACTLY_ONCE = "exactly_once_v2";
    private static final List<String> GUARANTEES = List.of(EXACTLY_ONCE, "at_least_once");
    private static final int GROWTH_BACKLOG = 300_000;
    private static final Duration POLL_EVERY = Duration.ofMillis(50);

    /** Page views of a request of the latency measurement, as an SDK batches them. */
    private static final int BATCH = 10;
    /**
     * Number of pages of the latency measurement: high enough that a page recurs only after its earlier views are
     * acknowledged, so that the n-th acknowledgement belongs to the n-th view.
     */
    private static final int MEASURED_PAGES = 1_000;

    private static final int MEASURED_VISITORS = 5_000;
    private static final String MEASURED = "/measured-";

    private static final String[] HEADER = {
        "what", "events/s", "CPU us: service", "broker", "MiB", "MiB on disk", "s to first commit", "s of pause"
    };

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "Clicks in the backlog. Default: ${DEFAULT-VALUE}, and " + GROWTH_BACKLOG
                    + " for each row of --growth.")
    private int backlog = 1_000_000;

    @Option(
            names = "--visitors",
            paramLabel = "N",
            description = "Distinct visitors of the clicks. Default: ${DEFAULT-VALUE}.")
    private int visitors = Shape.USUAL.visitors();

    @Option(
            names = "--pages",
            paramLabel = "N",
            description = "Distinct pages of the clicks. Default: ${DEFAULT-VALUE}.")
    private int pages = Shape.USUAL.pages();

    @Mixin
    private final LatencyOptions latency = new LatencyOptions(1_000);

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Any of exactly_once_v2, at_least_once. Default: both.")
    private List<String> only = GUARANTEES;

    @Option(
            names = "--growth",
            description =
                    "Measure the growth of the cost of a click instead: with visitors, pages, event time and partitions.")
    private boolean growth;

    private BenchmarkProgress progress;

    AnalyticsBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        require(
                backlog > 0 && visitors > 0 && pages > 0 && latency.rate > 0 && latency.seconds > 0,
                "--backlog, --visitors, --pages, --rate and --seconds are counts; expected 1 or more.");
        requireKnown(only, GUARANTEES);
    }

    @Override
    void measure() {
        if (growth && !isGiven("--backlog")) {
            backlog = GROWTH_BACKLOG;
        }
        var usual = new Shape(visitors, pages, Shape.USUAL.perSecond());
        print("backlog  %,d clicks: %s".formatted(backlog, usual.text()));
        if (growth) {
            measureGrowth(usual);
        } else {
            compare(usual);
        }
    }

    /** Measures each guarantee from an empty state on a new platform. */
    private void compare(Shape shape) {
        progress = new BenchmarkProgress(this::printProgress, only.size() * 4, Duration.ofSeconds(40));
        var read = 0.0;
        for (var guarantee : only) {
            progress.next("start of Kafka");
            try (var bed = TestBed.open(project(), stop())) {
                progress.next("writing the backlog");
                bed.write(ClickGenerator.backlog(shape, backlog, bed.platform()));
                if (read == 0) {
                    progress.print("  reading it with Kafka's own tool");
                    read = new KafkaTools(bed).consume(backlog);
                    print("read             %,.0f events/s: ConsumerPerformance".formatted(read));
                }
                progress.next(guarantee + ": the backlog");
                try (var service = start(bed, guarantee)) {
                    print(text(guarantee, caughtUp(bed, service), read));
                    progress.next("%s: %,d page views/s for %d s, through the edge"
                            .formatted(guarantee, latency.rate, latency.seconds));
                    print("%-16s %,d page views/s: in a count after %s"
                            .formatted(guarantee, latency.rate, latency(bed).text()));
                }
            }
        }
    }

    /** Varies one parameter at a time, each time on a new platform. */
    private void measureGrowth(Shape usual) {
        var shapes = shapes(usual, backlog);
        var partitions = List.of(1, 6, 12);
        progress =
                new BenchmarkProgress(this::printProgress, shapes.size() + partitions.size(), Duration.ofSeconds(40));
        var table = new TextTable(HEADER);
        shapes.forEach((name, shape) -> table.add(row(project(), name, shape)));
        for (var count : partitions) {
            // For this process, which creates the channels, and for the measured one: both read the catalogue.
            System.setProperty(Catalogue.PARTITIONS, Integer.toString(count));
            try {
                var project = project().withJvmOption("-D%s=%d".formatted(Catalogue.PARTITIONS, count));
                table.add(row(project, "%d partitions".formatted(count), usual));
            } finally {
                System.clearProperty(Catalogue.PARTITIONS);
            }
        }
        table.text().forEach(this::print);
    }

    /** Returns the measured shapes by their names. */
    static Map<String, Shape> shapes(Shape usual, int backlog) {
        var shapes = new LinkedHashMap<String, Shape>();
        shapes.put("usual", usual);
        for (var count : List.of(5_000, 500_000)) {
            shapes.put("%,d visitors".formatted(count), new Shape(count, usual.pages(), usual.perSecond()));
        }
        for (var count : List.of(30, 30_000)) {
            shapes.put("%,d pages".formatted(count), new Shape(usual.visitors(), count, usual.perSecond()));
        }
        for (var rate : List.of(100, 10)) { // The fewer events a second of event time, the more minutes has a backlog.
            var shape = new Shape(usual.visitors(), usual.pages(), rate);
            shapes.put("%,d minutes".formatted(shape.span(backlog).toMinutes()), shape);
        }
        return shapes;
    }

    private String[] row(ProjectCommands project, String name, Shape shape) {
        progress.next(name);
        try (var bed = TestBed.open(project, stop())) {
            bed.write(ClickGenerator.backlog(shape, backlog, bed.platform()));
            try (var service = start(bed, EXACTLY_ONCE)) {
                var cells = cells(name, caughtUp(bed, service));
                progress.print("  " + String.join("  ", cells));
                return cells;
            }
        }
    }

    private static BenchmarkProcess start(TestBed bed, String guarantee) {
        return bed.startService(
                "analytics",
                Map.of(
                        "ANALYTICS_GUARANTEE",
                        guarantee,
                        "ANALYTICS_STATE_DIR",
                        bed.folder().toString()));
    }

    /** A measured backlog, and the bytes of state on disk at its end. */
    record CaughtUp(CatchUp.Result result, long disk) {
        double mebibytesOnDisk() {
            return disk / (double) (1 << 20);
        }
    }

    private CaughtUp caughtUp(TestBed bed, BenchmarkProcess service) {
        var platform = bed.platform();
        try (var admin = Admin.create(platform.kafkaClient())) {
            var topic = platform.topic(Channels.CLICKS.name());
            var group = platform.topic("analytics");
            var result = new CatchUp(bed, service, () -> committed(admin, group, topic), POLL_EVERY, progress)
                    .measure(backlog);
            return new CaughtUp(result, diskUsage(bed.folder().toFile()));
        }
    }

    private static long committed(Admin admin, String group, String topic) {
        return TestBed.result(
                () -> {
                    try {
                        return committed(
                                topic,
                                admin.listConsumerGroupOffsets(group)
                                        .partitionsToOffsetAndMetadata()
                                        .get());
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof GroupIdNotFoundException) {
                            return 0L; // The process has not joined it yet.
                        }
                        throw e;
                    }
                },
                "The offsets of " + group + " cannot be read");
    }

    /** @param offsets of any topics; {@code null} for a partition without a commit */
    static long committed(String topic, Map<TopicPartition, OffsetAndMetadata> offsets) {
        return offsets.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .map(Map.Entry::getValue)
                .filter(Objects::nonNull)
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    /** Returns the bytes of all files in the folder; a file that is removed meanwhile has none. */
    static long diskUsage(File folder) {
        var inside = folder.listFiles();
        return inside == null
                ? folder.length()
                : Stream.of(inside).mapToLong(AnalyticsBenchmark::diskUsage).sum();
    }

    /** @param read events a second of a consumer that only reads */
    static String text(String guarantee, CaughtUp caughtUp, double read) {
        var result = caughtUp.result();
        return ("%-16s %,d events/s, %.3f of read; CPU us each: service %.1f, broker %.1f; %d MiB, %.1f MiB on disk;"
                        + " first commit after %.1f s, longest pause %.1f s")
                .formatted(
                        guarantee,
                        Math.round(result.perSecond()),
                        result.perSecond() / read,
                        result.service(),
                        result.broker(),
                        result.most() >> 20,
                        caughtUp.mebibytesOnDisk(),
                        result.first().toMillis() / 1e3,
                        result.pause().toMillis() / 1e3);
    }

    private static String[] cells(String what, CaughtUp caughtUp) {
        var result = caughtUp.result();
        return new String[] {
            what,
            "%,.0f".formatted(result.perSecond()),
            "%.1f".formatted(result.service()),
            "%.1f".formatted(result.broker()),
            "%d".formatted(result.most() >> 20),
            "%.1f".formatted(caughtUp.mebibytesOnDisk()),
            "%.1f".formatted(result.first().toMillis() / 1e3),
            "%.1f".formatted(result.pause().toMillis() / 1e3)
        };
    }

    private EdgeLatency.Result latency(TestBed bed) {
        var number = new AtomicInteger();
        return new EdgeLatency<>(
                        bed,
                        Channels.PAGE_VIEWS,
                        BATCH,
                        edge -> views(edge, bed.writeKey(), number),
                        record -> isMeasured(record.key()) ? record.value().views() : 0)
                .measure(latency.rate, latency.seconds);
    }

    private static EdgeLatency.Sent views(BenchmarkProcess edge, String writeKey, AtomicInteger number) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var keys = new ArrayList<String>();
        var views = new ArrayList<String>();
        for (var view = 0; view < BATCH; view++) {
            var its = number.getAndIncrement();
            var page = MEASURED + its % MEASURED_PAGES;
            keys.add(key(now, page));
            views.add("""
                    {"type":"page","messageId":"measured-%d","anonymousId":"measured-%d","timestamp":"%s",\
                    "properties":{"path":"%s"},"context":{"page":{"path":"%s","url":"https://shop.example%s","title":"Shop"}}}\
                    """.formatted(its, its / BATCH % MEASURED_VISITORS, now, page, page, page));
        }
        var body = "{\"batch\":[" + String.join(",", views) + "]}";
        var request = edge.request("/v1/batch", writeKey)
                .POST(BodyPublishers.ofString(body))
                .build();
        return new EdgeLatency.Sent(keys, request, 200);
    }

    /** Returns the key of the aggregate of a page and minute. */
    static String key(Instant time, String page) {
        return time.truncatedTo(ChronoUnit.MINUTES) + "|" + page;
    }

    /** Returns true if an aggregate counts page views of the latency measurement. */
    static boolean isMeasured(String key) {
        return key.contains("|" + MEASURED);
    }
}
