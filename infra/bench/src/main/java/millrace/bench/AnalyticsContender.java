package millrace.bench;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import millrace.bench.textbook.SharedRocksDbLimit;
import millrace.bench.textbook.TextbookJob;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.PageViews;

/**
 * Jobs that aggregate the clicks, each as one process with the JVM flags and the heap of the analytics service. The peers
 * connect as the administrator, because the application has no permission for topics outside the catalogue.
 */
enum AnalyticsContender {
    MILLRACE("ten aggregates, each event once; the service as it is deployed, %s, 1 thread"),
    TEXTBOOK("page views, sessions and revenue; DSL of Kafka Streams, %s, commit every "
            + AnalyticsContender.COMMIT_MILLIS + " ms, 1 thread"),
    FLINK(
            "visits and page views, each event once; checkpoint every 1 s, results at least once, parallelism 1, 96 MiB of"
                    + " managed memory");

    private static final int COMMIT_MILLIS = 1_000;
    private static final String PROCESS = "analytics";
    private static final String FLINK_JOB =
            "-cp 'infra/bench/flink/target/lib/*:infra/bench/flink/target/flink-1.0.0-SNAPSHOT.jar'"
                    + " millrace.bench.flink.FlinkJob";
    /** The peers log what is wrong, as the service does. */
    private static final String LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn ";

    private final String description;

    AnalyticsContender(String description) {
        this.description = description;
    }

    /** Returns the name on the command line and in the table. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns a line about the job and its settings. */
    String text(String guarantee, ProjectCommands project) {
        return "%-8s %s, %s".formatted(text(), description.formatted(guarantee), project.heap(PROCESS));
    }

    /** Returns the consumer group without the prefix of the platform. */
    String group() {
        return this == MILLRACE ? PROCESS : text();
    }

    Channel<String, PageViews> pageViews() {
        return this == MILLRACE
                ? Channels.PAGE_VIEWS
                : new Channel<>(output("page-views"), Channels.PAGE_VIEWS.key(), Channels.PAGE_VIEWS.value());
    }

    /** Returns the topics that have to be created, without the prefix of the platform. */
    List<String> outputs() {
        return switch (this) {
            case MILLRACE -> List.of();
            case TEXTBOOK -> List.of(output("page-views"), output("visits"), output("revenue"));
            case FLINK -> List.of(output("page-views"), output("visits"));
        };
    }

    /** Returns the page views of a complete result. */
    long expected(ClickBacklog backlog) {
        return this == TEXTBOOK ? backlog.views() + backlog.repeatedViews() : backlog.views();
    }

    /**
     * Checks a final result.
     *
     * @throws BenchmarkException if it is wrong
     */
    void check(long views, ClickBacklog backlog) {
        // Flink's watermark follows the clicks with a delay: some that are late still count.
        var most = expected(backlog) + (this == FLINK ? backlog.lateViews() : 0);
        if (views < expected(backlog) || views > most) {
            throw new BenchmarkException("The result of %s is wrong: it has %,d page views, and %,d were expected."
                    .formatted(text(), views, expected(backlog)));
        }
    }

    /**
     * Starts the process with an empty disk; the caller closes it. Flink's checkpoints are on another disk, which stays.
     *
     * @param start number of this start on the test bed, from 1
     */
    BenchmarkProcess start(TestBed bed, AnalyticsRow row, String guarantee, int start) {
        var state = bed.folder().resolve(text() + "-" + start).toString();
        if (this == MILLRACE) {
            return bed.startService(
                    PROCESS,
                    Map.ofEntries(
                            entry("ANALYTICS_GUARANTEE", guarantee),
                            entry("ANALYTICS_THREADS", "1"),
                            entry("ANALYTICS_STATE_DIR", state),
                            entry("ANALYTICS_GRACE", row.grace.toString()),
                            entry("ANALYTICS_KEEP", row.keep.toString())));
        }
        var settings = new HashMap<>(bed.platform().kafkaClient());
        Stream.of("clicks", "orders")
                .forEach(input -> settings.put("job." + input, bed.platform().topic(input)));
        Stream.of("page-views", "visits", "revenue")
                .forEach(output -> settings.put("job." + output, bed.platform().topic(output(output))));
        settings.putAll(Map.ofEntries(
                entry("job.allowed-lateness", row.grace.toString()),
                entry("linger.ms", "100"),
                entry("batch.size", "65536"),
                entry("max.poll.records", "2000")));
        settings.putAll(this == TEXTBOOK ? textbook(bed, guarantee, state) : flink(bed, state));
        var file = bed.settingsFile(text() + ".properties", settings);
        var program = this == TEXTBOOK
                ? LOG + ProjectCommands.OWN_CLASS_PATH + " " + TextbookJob.class.getName()
                : LOG + FLINK_JOB;
        return bed.start(text(), bed.project().java(PROCESS, program) + " '" + file + "'", Map.of());
    }

    private String output(String name) {
        return text() + "-" + name;
    }

    private static Map<String, String> textbook(TestBed bed, String guarantee, String state) {
        return Map.ofEntries(
                entry("application.id", bed.platform().topic(TEXTBOOK.group())),
                entry("processing.guarantee", guarantee),
                entry("commit.interval.ms", Integer.toString(COMMIT_MILLIS)),
                entry("num.stream.threads", "1"),
                entry("statestore.cache.max.bytes", Integer.toString(16 << 20)),
                entry("rocksdb.config.setter", SharedRocksDbLimit.class.getName()),
                entry("session.timeout.ms", "10000"),
                entry("state.dir", state));
    }

    private static Map<String, String> flink(TestBed bed, String state) {
        return Map.ofEntries(
                entry("group.id", bed.platform().topic(FLINK.group())),
                entry("job.state", state),
                entry(
                        "job.checkpoints",
                        bed.folder().resolve("flink-checkpoints").toString()));
    }
}
