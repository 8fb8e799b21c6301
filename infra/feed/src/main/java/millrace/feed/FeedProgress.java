package millrace.feed;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows the progress of a feed: a bar on a terminal, else a plain line every five seconds. */
sealed interface FeedProgress extends AutoCloseable {
    /**
     * Name of the system property for the width of the terminal in columns; 0 or empty if the output is no terminal.
     * {@code bin/lib.sh} sets it.
     */
    String COLUMNS = "millrace.columns";

    /** Reports the current position, in the unit of the size. */
    void at(long position);

    @Override
    void close();

    /** @param size position of the end */
    static FeedProgress show(FeedReport report, long size) {
        return isTerminal() ? new Bar(report, size) : new Lines(report, size, Duration.ofSeconds(5));
    }

    /** Prints a line a minute, for feeds without an end. */
    static FeedProgress everyMinute(FeedReport report) {
        return new Lines(report, 0, Duration.ofMinutes(1));
    }

    private static boolean isTerminal() {
        return System.getProperty(COLUMNS, "").matches("0*[1-9]\\d*") && !"dumb".equals(System.getenv("TERM"));
    }

    /** A bar that is redrawn in place. */
    final class Bar implements FeedProgress {
        private static final long EVERY = Duration.ofMillis(100).toNanos();

        private final ProgressBar bar;
        private final FeedReport report;
        private long last = System.nanoTime() - EVERY;

        private Bar(FeedReport report, long size) {
            this.report = report;
            bar = new ProgressBarBuilder()
                    .setTaskName(report.feed())
                    .setInitialMax(size)
                    .setUpdateIntervalMillis(200)
                    .hideEta()
                    .setMaxRenderedLength(Integer.getInteger(COLUMNS, 80))
                    .setConsumer(new ConsoleProgressBarConsumer(System.out))
                    .build();
        }

        @Override
        public void at(long position) {
            if (System.nanoTime() - last < EVERY) {
                return;
            }
            last = System.nanoTime();
            bar.stepTo(position);
            bar.setExtraMessage(" " + report.status());
        }

        @Override
        public void close() {
            bar.setExtraMessage(" " + report.status());
            bar.close();
        }
    }

    /** Plain lines, for logs. */
    final class Lines implements FeedProgress {
        private final FeedReport report;
        private final long size;
        private final long every;
        private long last = System.nanoTime();

        private Lines(FeedReport report, long size, Duration every) {
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
