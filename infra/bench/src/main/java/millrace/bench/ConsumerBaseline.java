package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import millrace.events.Channels;
import millrace.local.Child;
import millrace.local.Ports;

/** The limit of reading: how fast Kafka's own measuring tool reads the same records from the same broker. */
final class ConsumerBaseline {
    private static final String TOOL = "org.apache.kafka.tools.ConsumerPerformance";
    /** Begin, end, MB, MB/s, records, records/s, ms until partitions are assigned, ms of reading, MB/s and records/s of it. */
    private static final Pattern SUMMARY =
            Pattern.compile("(?m)^[-0-9]{10} [0-9:]+, [-0-9]{10} [0-9:]+, [0-9.]+, [0-9.]+,"
                    + " ([0-9]+), [0-9.]+, [0-9]+, [0-9]+, [0-9.]+, ([0-9.]+)$");

    private static final Duration AT_MOST = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private ConsumerBaseline() {}

    /** @return records a second, once the reader has its partitions */
    static double measure(ServiceTestBed bed, int records, BenchmarkShutdown stop) {
        var variables = ProcessEnvironment.of(bed.platform(), "none", Ports.free(0));
        var command = List.of("/bin/sh", "-c", command(bed, records));
        var process = Child.start(bed.home(), "read", bed.project().folder(), variables, command);
        try {
            awaitEnd(process, stop);
        } finally {
            process.stop(Duration.ZERO);
        }
        var said = process.log().lastLines(20);
        return perSecond(said, records)
                .orElseThrow(
                        () -> new BenchmarkException(TOOL + " has not read all " + records + " records:\n" + said));
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

    private static void awaitEnd(Child process, BenchmarkShutdown stop) {
        var end = System.nanoTime() + AT_MOST.toNanos();
        while (!process.endsWithin(LOOK_EVERY)) {
            stop.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException(TOOL + " still reads after " + AT_MOST.toMinutes() + " minutes.");
            }
        }
    }

    /** What the tool printed; empty where it has not read so many. */
    static OptionalDouble perSecond(String said, int records) {
        return SUMMARY.matcher(said)
                .results()
                .filter(summary -> Long.parseLong(summary.group(1)) >= records)
                .mapToDouble(summary -> Double.parseDouble(summary.group(2)))
                .findFirst();
    }
}
