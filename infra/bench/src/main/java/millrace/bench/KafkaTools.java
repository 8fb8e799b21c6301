package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import millrace.bench.load.CpuTime;
import millrace.bench.load.Load;
import millrace.bench.load.LoadResult;
import millrace.bench.load.ProcessUsage;
import millrace.events.Channels;

/**
 * Baselines of the log: Kafka's own {@code ProducerPerformance} and {@code ConsumerPerformance} on the channel {@code
 * clicks} and its broker, with the JVM flags of the edge.
 */
final class KafkaTools {
    /** Name of the load of {@link #produce}. */
    static final String PRODUCER = "producer";

    private static final String PACKAGE = "org.apache.kafka.tools.";
    private static final Pattern PRODUCED = Pattern.compile("([0-9]+) (?:steady state )?records sent,"
            + " ([0-9.]+) records/sec.* ([0-9.]+) ms max latency,"
            + " ([0-9]+) ms 50th, [0-9]+ ms 95th, ([0-9]+) ms 99th, ([0-9]+) ms 99.9th");
    /**
     * Start, end, MB, MB/s, records, records/s, ms until assignment, ms of fetching, MB/s and records/s of fetching.
     */
    private static final Pattern CONSUMED =
            Pattern.compile("(?m)^[-0-9]{10} [0-9:]+, [-0-9]{10} [0-9:]+, [0-9.]+, [0-9.]+,"
                    + " ([0-9]+), [0-9.]+, [0-9]+, [0-9]+, [0-9.]+, ([0-9.]+)$");

    private static final int TRIAL_RECORDS = 200_000;
    /** Estimated ratio of warm to cold throughput; a trial begins cold. */
    private static final double FASTER_WHEN_WARM = 1.5;

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final TestBed bed;

    KafkaTools(TestBed bed) {
        this.bed = bed;
    }

    /**
     * Measures the throughput with the edge's producer settings, without HTTP. The tool takes a number of records and no
     * duration: a trial run estimates how many fit into the time.
     */
    IngestMeasurement produce(ClicksTopic clicks, Duration warmup, Duration measured) {
        var rate = produce(clicks, TRIAL_RECORDS, 0).result().eventsPerSecond() * FASTER_WHEN_WARM;
        var unmeasured = (int) (rate * warmup.toSeconds());
        return produce(clicks, unmeasured + (int) (rate * measured.toSeconds()), unmeasured);
    }

    private IngestMeasurement produce(ClicksTopic clicks, int records, int unmeasured) {
        var command = bed.project().java(PACKAGE + "ProducerPerformance")
                + " --topic %s --num-records %d --warmup-records %d --record-size %d --throughput -1 --command-config '%s'"
                        .formatted(
                                clicks.topic(),
                                records,
                                unmeasured,
                                Load.EVENT_BYTES,
                                bed.clientFile(bed.project().producerOfEdge()));
        var written = clicks.records();
        var brokerBefore = ProcessUsage.of(bed.brokerPid()).cpu();
        var began = Instant.now();
        var used = new AtomicReference<>(ProcessUsage.NONE);
        var output = bed.run("log", command, Map.of(), TIMEOUT, pid -> note(used, ProcessUsage.of(pid)));
        var time = Duration.between(began, Instant.now());
        var broker = ProcessUsage.of(bed.brokerPid()).cpu().minus(brokerBefore);
        var result = produced(output, records, time, new CpuTime(used.get().cpu(), broker, Duration.ZERO))
                .orElseThrow(() -> new BenchmarkException("ProducerPerformance has no summary:\n" + output.strip()));
        var appended = result.appended(clicks.records() - written);
        return new IngestMeasurement(
                "log", PRODUCER, result, records, used.get().memory(), appended);
    }

    /** Keeps the last usage before the process ended. */
    private static void note(AtomicReference<ProcessUsage> last, ProcessUsage usage) {
        if (!usage.equals(ProcessUsage.NONE)) {
            last.set(usage);
        }
    }

    /** Returns the last summary in the output of the tool: the one without the warm-up. */
    static Optional<LoadResult> produced(String output, long records, Duration time, CpuTime cpu) {
        return PRODUCED.matcher(output)
                .results()
                .reduce((first, last) -> last)
                .map(summary -> new LoadResult(
                        Double.parseDouble(summary.group(2)),
                        micros(summary, 4),
                        micros(summary, 5),
                        micros(summary, 6),
                        micros(summary, 3),
                        Map.of(),
                        records,
                        0,
                        time,
                        cpu));
    }

    private static long micros(MatchResult summary, int group) {
        return (long) (1000 * Double.parseDouble(summary.group(group)));
    }

    /** Returns the records a second of a consumer that only reads, after its partitions are assigned. */
    double consume(int records) {
        var platform = bed.platform();
        var command = bed.project().java(PACKAGE + "ConsumerPerformance")
                + " --bootstrap-server %s --topic %s --group %s --num-records %d --command-config '%s'"
                        .formatted(
                                platform.kafkaClient().get("bootstrap.servers"),
                                platform.topic(Channels.CLICKS.name()),
                                platform.topic("bench"),
                                records,
                                bed.clientFile(Map.of()));
        var output = bed.run("read", command, Map.of(), TIMEOUT);
        return consumed(output, records)
                .orElseThrow(() -> new BenchmarkException(
                        "ConsumerPerformance has not read all " + records + " records:\n" + output.strip()));
    }

    /** Parses the output of the tool; empty if it has read fewer records. */
    static OptionalDouble consumed(String output, int records) {
        return CONSUMED.matcher(output)
                .results()
                .filter(summary -> Long.parseLong(summary.group(1)) >= records)
                .mapToDouble(summary -> Double.parseDouble(summary.group(2)))
                .findFirst();
    }
}
