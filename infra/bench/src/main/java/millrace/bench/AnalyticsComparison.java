package millrace.bench;

import java.io.PrintWriter;
import java.util.List;
import millrace.bench.ClickGenerator.Shape;

/** Analytics with each guarantee of processing, each from zero on a new platform, beside a consumer that only reads. */
final class AnalyticsComparison {
    /** Of the progress, for each guarantee. */
    static final int STEPS = 4;

    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final BenchmarkProgress progress;
    private final PrintWriter out;
    /** Events a second of the mere reader; 0 until it is measured. */
    private double limit;

    AnalyticsComparison(ProjectCommands project, BenchmarkShutdown stop, BenchmarkProgress progress, PrintWriter out) {
        this.project = project;
        this.stop = stop;
        this.progress = progress;
        this.out = out;
    }

    /** The constant rate, in page views a second, at which latency is measured. */
    record Views(int rate, int seconds) {}

    void run(List<String> guarantees, Shape shape, int backlog, Views views) {
        for (var guarantee : guarantees) {
            progress.next("start of Kafka");
            try (var bed = ServiceTestBed.open(project, stop)) {
                progress.next("writing the backlog");
                bed.write(shape, backlog);
                if (limit == 0) {
                    progress.say("  reading it with Kafka's own tool");
                    limit = ConsumerBaseline.measure(bed, backlog, stop);
                    tell("read             %,d events/s: ConsumerPerformance".formatted(Math.round(limit)));
                }
                measure(bed, guarantee, backlog, views);
            }
        }
    }

    private void measure(ServiceTestBed bed, String guarantee, int backlog, Views views) {
        progress.next(guarantee + ": the backlog");
        try (var service = bed.start(guarantee)) {
            var caughtUp = new AnalyticsCatchUp(bed, service, stop, progress).measure(backlog);
            tell(caughtUp.text(guarantee, limit));
            progress.next("%s: %,d page views/s for %d s, through the edge"
                    .formatted(guarantee, views.rate(), views.seconds()));
            tell(new PageViewLatency(bed, stop).measure(guarantee, views.rate(), views.seconds()));
        }
    }

    private void tell(String line) {
        out.println(line);
        out.flush();
    }
}
