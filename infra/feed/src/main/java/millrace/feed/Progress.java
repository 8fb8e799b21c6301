package millrace.feed;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows that it moves: a bar where somebody watches, else a plain line now and then. */
sealed interface Progress extends AutoCloseable {
    /** Width of the terminal; empty where the output is none. Set by {@code bin/lib.sh}. */
    String COLUMNS = "millrace.columns";

    /** How far it has come, in the unit that the size was given in. */
    void at(long position);

    @Override
    void close();

    /** @param size where the end is */
    static Progress show(Report report, long size) {
        return System.getProperty(COLUMNS, "").isEmpty()
                ? new Lines(report, size, Duration.ofSeconds(5))
                : new Bar(report, size);
    }

    /** A line a minute, for what runs without an end. */
    static Progress quiet(Report report) {
        return new Lines(report, 0, Duration.ofMinutes(1));
    }

    /** One line that is drawn again and again. */
    final class Bar implements Progress {
        private final ProgressBar bar;
        private final Report report;

        private Bar(Report report, long size) {
            this.report = report;
            bar = new ProgressBarBuilder()
                    .setTaskName(report.feed())
                    .setInitialMax(size)
                    .setUpdateIntervalMillis(200)
                    .hideEta()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err))
                    .build();
        }

        @Override
        public void at(long position) {
            bar.stepTo(position);
            bar.setExtraMessage(" " + report.status());
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Plain lines, for logs. */
    final class Lines implements Progress {
        private final Report report;
        private final long size;
        private final long every;
        private long last = System.nanoTime();

        private Lines(Report report, long size, Duration every) {
            this.report = report;
            this.size = size;
            this.every = every.toNanos();
        }

        @Override
        public void at(long position) {
            if (System.nanoTime() - last >= every) {
                last = System.nanoTime();
                var share = size > 0 ? 100 * position / size + " %, " : "";
                System.err.println(report.feed() + ": " + share + report.status());
            }
        }

        @Override
        public void close() {}
    }
}
