package millrace.bench;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.bench.Scenario.LatencyOptions;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Measures one contender on the backlog of one row. */
final class AnalyticsMeasurement implements AutoCloseable {
    private static final Duration POLL_EVERY = Duration.ofMillis(50);
    private static final Duration RESTORE_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration INCOMPLETE_AFTER = Duration.ofMinutes(1);
    /** A result with all page views that has not changed for so long is final: more than the interval of any contender. */
    private static final Duration FINAL_AFTER = Duration.ofSeconds(3);

    /** Page views of a request of the latency measurement, as an SDK batches them. */
    private static final int BATCH = 10;
    /**
     * Number of pages of the latency measurement: high enough that a page recurs only after its earlier views are
     * acknowledged, so that the n-th acknowledgement belongs to the n-th view.
     */
    private static final int MEASURED_PAGES = 1_000;

    private static final int MEASURED_VISITORS = 5_000;
    /** Pages of the measurements of latency begin so; they are not of the backlog. */
    static final String MEASURED = "/measured-";

    private final TestBed bed;
    private final AnalyticsRow row;
    private final AnalyticsContender contender;
    private final ClickBacklog backlog;
    private final String guarantee;
    private final BenchmarkProgress progress;
    private final Admin admin;
    private final PageViewReader result;
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

    /** Columns of the table. */
    enum Figure {
        PER_SECOND("clicks/s", "%,.0f"),
        OF_READ("of read", "%.3f"),
        JOB("CPU us: job", "%.1f"),
        BROKER("broker", "%.1f"),
        MEMORY("MiB", "%.0f"),
        RECORDS("records", "%.2f"),
        RESTORE("restore s", "%.1f"),
        RESTART("from start s", "%.1f"),
        P50("p50 ms", "%.0f"),
        P99("p99 ms", "%.0f");

        final String title;
        private final String format;

        Figure(String title, String format) {
            this.title = title;
            this.format = format;
        }

        String text(double value) {
            return format.formatted(value);
        }
    }

    AnalyticsMeasurement(
            TestBed bed,
            AnalyticsRow row,
            AnalyticsContender contender,
            ClickBacklog backlog,
            String guarantee,
            BenchmarkProgress progress) {
        this.bed = bed;
        this.row = row;
        this.contender = contender;
        this.backlog = backlog;
        this.guarantee = guarantee;
        this.progress = progress;
        this.admin = Admin.create(bed.platform().kafkaClient());
        createOutputs();
        this.result = new PageViewReader(bed, contender.pageViews());
    }

    private void createOutputs() {
        var partitions = Catalogue.entry(Channels.PAGE_VIEWS.name()).partitions();
        var topics = contender.outputs().stream()
                .map(output -> new NewTopic(bed.platform().topic(output), partitions, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact")))
                .toList();
        TestBed.result(
                () -> admin.createTopics(topics).all().get(),
                "The topics of " + contender.text() + " cannot be created");
    }

    /**
     * Measures from the first observed commit until all clicks of the backlog are committed and in the result. The process
     * is killed at the end.
     *
     * @param read records a second of a consumer that only reads
     * @throws BenchmarkException if the result is wrong
     */
    Map<Figure, Double> measure(double read, LatencyOptions latency) {
        var clicks = records(List.of(clicks()));
        var before = records(results());
        try (var job = contender.start(bed, row, guarantee, 1)) {
            var caughtUp =
                    new CatchUp(bed, job, this::committed, POLL_EVERY, progress).measure(clicks, this::isComplete);
            checkResult();
            figures.put(Figure.PER_SECOND, caughtUp.settledPerSecond());
            figures.put(Figure.OF_READ, caughtUp.settledPerSecond() / read);
            figures.put(Figure.JOB, caughtUp.service());
            figures.put(Figure.BROKER, caughtUp.broker());
            figures.put(Figure.MEMORY, caughtUp.most() / (double) (1 << 20));
            figures.put(Figure.RECORDS, (records(results()) - before) / (double) clicks);
            if (row == AnalyticsRow.LATENCY) {
                measureLatency(latency);
            }
            job.kill();
        }
        if (row == AnalyticsRow.RESTORE) {
            restore();
        }
        return figures;
    }

    /** Starts the job again, without its disk and with more clicks to read, and waits for its first commit. */
    private void restore() {
        var killed = members();
        var before = committed();
        bed.write(backlog.next(row.clicksAfter()));
        var clicks = records(List.of(clicks()));
        try (var job = contender.start(bed, row, guarantee, 2)) {
            var assigned = new AtomicReference<Duration>();
            bed.await(
                    () -> {
                        job.check();
                        if (assigned.get() == null && !killed.containsAll(members())) {
                            assigned.set(job.age());
                        }
                        return committed() > before;
                    },
                    RESTORE_TIMEOUT,
                    POLL_EVERY,
                    () -> contender.text() + " has committed nothing since it was killed.");
            var restored = job.age();
            figures.put(Figure.RESTART, restored.toMillis() / 1e3);
            if (assigned.get() != null) {
                figures.put(Figure.RESTORE, restored.minus(assigned.get()).toMillis() / 1e3);
            }
            bed.await(
                    () -> committed() >= clicks && isComplete(),
                    RESTORE_TIMEOUT,
                    POLL_EVERY,
                    () -> contender.text() + " has not caught up since it was killed.");
            checkResult();
            job.kill();
        }
    }

    /** Returns true if the result has all page views, or if it lacks some and has not changed for a minute. */
    private boolean isComplete() {
        return result.views() >= contender.expected(backlog)
                || result.sinceChange().compareTo(INCOMPLETE_AFTER) > 0;
    }

    /** @throws BenchmarkException if the result is wrong once it does not change any more */
    private void checkResult() {
        bed.await(
                () -> {
                    result.views();
                    return result.sinceChange().compareTo(FINAL_AFTER) > 0;
                },
                INCOMPLETE_AFTER,
                POLL_EVERY,
                () -> "The result of " + contender.text() + " does not settle.");
        contender.check(result.views(), backlog);
    }

    /** Returns the clicks that the job has committed. */
    private long committed() {
        result.views(); // Keeps up with the result, so that reading it does not count as time of the job.
        var group = bed.platform().topic(contender.group());
        return ofGroup(
                () -> committed(
                        clicks(),
                        admin.listConsumerGroupOffsets(group)
                                .partitionsToOffsetAndMetadata()
                                .get()),
                0L);
    }

    /** Returns the ids of the processes that have partitions of the clicks; none for Flink, which assigns them itself. */
    private Set<String> members() {
        var group = bed.platform().topic(contender.group());
        return ofGroup(
                () -> admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get().members().stream()
                        .filter(member -> !member.assignment().topicPartitions().isEmpty())
                        .map(MemberDescription::consumerId)
                        .collect(Collectors.toSet()),
                Set.of());
    }

    /** @param none answer while the job has not made its group yet */
    private <T> T ofGroup(TestBed.Remote<T> request, T none) {
        return TestBed.result(
                () -> {
                    try {
                        return request.call();
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof GroupIdNotFoundException) {
                            return none;
                        }
                        throw e;
                    }
                },
                "The group of " + contender.text() + " cannot be read");
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

    private String clicks() {
        return bed.platform().topic(Channels.CLICKS.name());
    }

    /** Returns all topics but the inputs. */
    private List<String> results() {
        var inputs = Stream.of(Channels.CLICKS, Channels.ORDERS, Channels.TRANSACTIONS)
                .map(input -> bed.platform().topic(input.name()))
                .toList();
        return TestBed.result(() -> admin.listTopics().names().get(), "The topics cannot be listed").stream()
                .filter(topic -> !inputs.contains(topic))
                .toList();
    }

    /** Returns the records that were written to these topics; the marker of a transaction in a partition is one. */
    private long records(List<String> topics) {
        return TestBed.result(
                () -> {
                    var ends = admin.describeTopics(topics).allTopicNames().get().values().stream()
                            .flatMap(topic -> topic.partitions().stream()
                                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
                    return admin.listOffsets(ends).all().get().values().stream()
                            .mapToLong(end -> end.offset())
                            .sum();
                },
                "The records of " + topics + " cannot be counted");
    }

    private void measureLatency(LatencyOptions options) {
        var number = new AtomicInteger();
        var latency = new EdgeLatency<>(
                        bed,
                        contender.pageViews(),
                        BATCH,
                        edge -> views(edge, number),
                        record -> isMeasured(record.key(), contender.text())
                                ? record.value().views()
                                : 0)
                .measure(options.rate, options.seconds);
        if (latency.missing() > 0) {
            throw new BenchmarkException(
                    "%,d page views of the edge are in no count of %s.".formatted(latency.missing(), contender.text()));
        }
        figures.put(Figure.P50, latency.micros().getValueAtPercentile(50) / 1e3);
        figures.put(Figure.P99, latency.micros().getValueAtPercentile(99) / 1e3);
    }

    private EdgeLatency.Sent views(BenchmarkProcess edge, AtomicInteger number) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var keys = new ArrayList<String>();
        var views = new ArrayList<String>();
        for (var view = 0; view < BATCH; view++) {
            var its = number.getAndIncrement();
            var page = MEASURED + contender.text() + "-" + its % MEASURED_PAGES;
            keys.add(key(now, page));
            views.add("""
                    {"type":"page","messageId":"%s-%d","anonymousId":"measured-%d","timestamp":"%s",\
                    "properties":{"path":"%s"},"context":{"page":{"path":"%s","url":"https://shop.example%s","title":"Shop"}}}\
                    """.formatted(contender.text(), its, its / BATCH % MEASURED_VISITORS, now, page, page, page));
        }
        var body = "{\"batch\":[" + String.join(",", views) + "]}";
        var request = edge.request("/v1/batch", bed.writeKey())
                .POST(BodyPublishers.ofString(body))
                .build();
        return new EdgeLatency.Sent(keys, request, 200);
    }

    /** Returns the key of the aggregate of a page and minute. */
    static String key(Instant time, String page) {
        return time.truncatedTo(ChronoUnit.MINUTES) + "|" + page;
    }

    /** Returns true if an aggregate counts page views of the latency measurement of a contender. */
    static boolean isMeasured(String key, String contender) {
        return key.contains("|" + MEASURED + contender + "-");
    }

    @Override
    public void close() {
        result.close();
        admin.close(Duration.ofSeconds(5));
    }
}
