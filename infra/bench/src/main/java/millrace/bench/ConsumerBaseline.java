package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import millrace.events.Channels;
import millrace.local.ManagedProcess;
import millrace.local.Ports;

/** Baseline of consumption: throughput of Kafka's {@code ConsumerPerformance} on the same records and broker. */
final class ConsumerBaseline {
    private static final String TOOL = "org.apache.kafka.tools.ConsumerPerformance";
    /**
     * Start, end, MB, MB/s, records, records/s, ms until assignment, ms of fetching, MB/s and records/s of fetching.
     */
    private static final Pattern SUMMARY =
            Pattern.compile("(?m)^[-0-9]{10} [0-9:]+, [-0-9]{10} [0-9:]+, [0-9.]+, [0-9.]+,"
                    + " ([0-9]+), [0-9.]+, [0-9]+, [0-9]+, [0-9.]+, ([0-9.]+)$");

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration POLL_EVERY = Duration.ofMillis(100);

    private ConsumerBaseline() {}

    /** @return records a second after the partitions are assigned */
    static double measure(ServiceTestBed bed, int records, BenchmarkShutdown stop) {
        var variables = ProcessEnvironment.of(bed.platform(), "none", Ports.free(0));
        var command = List.of("/bin/sh", "-c", command(bed, records));
        var process = ManagedProcess.start(bed.home(), "read", bed.project().folder(), variables, command);
        try {
            awaitEnd(process, stop);
        } finally {
            process.stop(Duration.ZERO);
        }
        var output = process.log().lastLines(20);
        return perSecond(output, records)
                .orElseThrow(
                        () -> new BenchmarkException(TOOL + " has not read all " + records + " records:\n" + output));
    }

    private static String command(ServiceTestBed bed, int records) {
        var platform = bed.platform();
        return bed.project().java(TOOL)
                + " --bootstrap-server %s --topic %s --group %s --num-records %d --command-config '%s'"
                        .formatted(
                                platform.kafkaClient().get("bootstrap.servers"),
                                platform.topic(Channels.CLICKS.name()),
                                platform.topic("bench"),
                                records,
                                KafkaClientFile.write(bed.home(), "consumer.properties", platform, Map.of()));
    }

    private static void awaitEnd(ManagedProcess process, BenchmarkShutdown stop) {
        var end = System.nanoTime() + TIMEOUT.toNanos();
        while (!process.endsWithin(POLL_EVERY)) {
            stop.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException(TOOL + " still reads after " + TIMEOUT.toMinutes() + " minutes.");
            }
        }
    }

    /** Parses the output of the tool; empty if it has read fewer records. */
    static OptionalDouble perSecond(String output, int records) {
        return SUMMARY.matcher(output)
                .results()
                .filter(summary -> Long.parseLong(summary.group(1)) >= records)
                .mapToDouble(summary -> Double.parseDouble(summary.group(2)))
                .findFirst();
    }
}
