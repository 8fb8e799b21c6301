package millrace.bench;

import java.io.PrintWriter;
import java.util.List;
import millrace.bench.ClickGenerator.Shape;

/**
 * Measures analytics with each processing guarantee, each from an empty state on a new platform, beside a consumer that
 * only reads.
 */
final class AnalyticsComparison {
    /** Progress steps of each guarantee. */
    static final int STEPS = 4;

    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final BenchmarkProgress progress;
    private final PrintWriter out;
    /** Throughput of the consumer that only reads, in events a second; 0 until it is measured. */
    private double baseline;

    AnalyticsComparison(ProjectCommands project, BenchmarkShutdown stop, BenchmarkProgress progress, PrintWriter out) {
        this.project = project;
        this.stop = stop;
        this.progress = progress;
        this.out = out;
    }

    /** Constant rate, in page views a second, and duration of the latency measurement. */
    record Views(int rate, int seconds) {}

    void run(List<String> guarantees, Shape shape, int backlog, Views views) {
        for (var guarantee : guarantees) {
            progress.next("start of Kafka");
            try (var bed = ServiceTestBed.open(project, stop)) {
                progress.next("writing the backlog");
                bed.write(shape, backlog);
                if (baseline == 0) {
                    progress.print("  reading it with Kafka's own tool");
                    baseline = ConsumerBaseline.measure(bed, backlog, stop);
                    print("read             %,d events/s: ConsumerPerformance".formatted(Math.round(baseline)));
                }
                measure(bed, guarantee, backlog, views);
            }
        }
    }

    private void measure(ServiceTestBed bed, String guarantee, int backlog, Views views) {
        progress.next(guarantee + ": the backlog");
        try (var service = bed.start(guarantee)) {
            var caughtUp = new AnalyticsCatchUp(bed, service, stop, progress).measure(backlog);
            print(caughtUp.text(guarantee, baseline));
            progress.next("%s: %,d page views/s for %d s, through the edge"
                    .formatted(guarantee, views.rate(), views.seconds()));
            print(new PageViewLatency(bed, stop).measure(guarantee, views.rate(), views.seconds()));
        }
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }
}
