package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import millrace.bench.load.LoadResult;
import millrace.local.ManagedProcess;

/**
 * Baseline of the log: throughput of Kafka's {@code ProducerPerformance} with the edge's producer settings, without
 * HTTP.
 */
final class ProducerBaseline {
    private static final String TOOL = "org.apache.kafka.tools.ProducerPerformance";
    private static final Pattern SUMMARY = Pattern.compile("([0-9]+) (?:steady state )?records sent,"
            + " ([0-9.]+) records/sec.* ([0-9.]+) ms max latency,"
            + " ([0-9]+) ms 50th, [0-9]+ ms 95th, ([0-9]+) ms 99th, ([0-9]+) ms 99.9th");
    private static final int TRIAL_RECORDS = 200_000;
    /** Estimated ratio of warm to cold throughput; a trial begins cold. */
    private static final double FASTER_WHEN_WARM = 1.5;

    private static final Duration POLL_EVERY = Duration.ofMillis(100);

    private final IngestTestBed bed;
    private final ProjectCommands project;
    private final BenchmarkShutdown stop;

    ProducerBaseline(IngestTestBed bed, ProjectCommands project, BenchmarkShutdown stop) {
        this.bed = bed;
        this.project = project;
        this.stop = stop;
    }

    /**
     * Measures the baseline. The tool takes a number of records and no duration: a trial run estimates how many fit
     * into the time.
     */
    IngestMeasurement measure(LoadTiming timing) {
        var rate = run(TRIAL_RECORDS, 0).result.eventsPerSecond() * FASTER_WHEN_WARM;
        var before = bed.clicks().records();
        var unmeasured = (int) (rate * timing.warmup().toSeconds());
        var run = run(unmeasured + (int) (rate * timing.measured().toSeconds()), unmeasured);
        var appended = IngestMeasurement.appended(bed.clicks().records() - before, run.result);
        var events = run.result.accepted();
        return new IngestMeasurement(
                ServerVariant.LOG, "producer", run.result, events, run.cpu, run.time, run.resident, appended);
    }

    /** Results of a run of the tool, and the resources used by it. */
    private record Run(LoadResult result, CpuTime cpu, Duration time, long resident) {}

    private Run run(int records, int unmeasured) {
        var settings =
                KafkaClientFile.write(bed.home(), "producer.properties", bed.platform(), project.producerOfEdge());
        var command = project.java(TOOL)
                + " --topic %s --num-records %d --warmup-records %d --record-size %d --throughput -1 --command-config '%s'"
                        .formatted(bed.clicks().topic(), records, unmeasured, LoadScenario.EVENT_BYTES, settings);
        var before = bed.cpu(ProcessUsage.NONE);
        var began = Instant.now();
        var used = ProcessUsage.NONE;
        var process = ManagedProcess.start(
                bed.home(), ServerVariant.LOG, project.folder(), bed.variables(), List.of("/bin/sh", "-c", command));
        try {
            while (!process.endsWithin(POLL_EVERY)) {
                stop.check();
                used = ProcessUsage.of(process.pid());
            }
        } finally {
            process.stop(Duration.ZERO);
        }
        var output = text(process);
        var figures = summary(output)
                .orElseThrow(() -> new BenchmarkException(
                        TOOL + " has no summary:\n" + process.log().lastLines(20)));
        var time = Duration.between(began, Instant.now());
        return new Run(figures.accepting(records), bed.cpu(used).minus(before), time, used.resident());
    }

    /** Returns the last summary in the output of the tool: the one without the warm-up. */
    static Optional<LoadResult> summary(String output) {
        return SUMMARY.matcher(output).results().reduce((first, last) -> last).map(ProducerBaseline::result);
    }

    private static LoadResult result(MatchResult summary) {
        return new LoadResult(
                Double.parseDouble(summary.group(2)),
                micros(summary.group(4)),
                micros(summary.group(5)),
                micros(summary.group(6)),
                micros(summary.group(3)),
                Map.of(),
                0,
                0);
    }

    private static long micros(String millis) {
        return (long) (1000 * Double.parseDouble(millis));
    }

    private static String text(ManagedProcess process) {
        try {
            return Files.readString(process.log().path());
        } catch (IOException e) {
            throw new BenchmarkException("The output of " + TOOL + " cannot be read: " + e.getMessage(), e);
        }
    }
}
