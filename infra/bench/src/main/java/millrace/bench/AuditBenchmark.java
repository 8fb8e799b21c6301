package millrace.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/bench audit}: throughput of the archive with its proofs, beside a plain COPY of the same rows. */
@Command(
        name = "audit",
        description = {
            "Measures how many records a second one audit process archives from a backlog of clicks, with chain and signed"
                    + " checkpoints, beside one COPY of the same rows into the same table (database)."
        })
final class AuditBenchmark extends Scenario {
    /** Formats of COPY: psql's default, and the one that the database reads fastest. */
    private static final List<String> FORMATS = List.of("text", "binary");

    private static final Duration POLL_EVERY = Duration.ofMillis(50);

    @Option(names = "--backlog", paramLabel = "N", description = "Clicks in the backlog. Default: ${DEFAULT-VALUE}.")
    private int backlog = 500_000;

    AuditBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        require(backlog >= 10, "--backlog is a count; expected 10 or more.");
    }

    @Override
    void measure() {
        var progress = new BenchmarkProgress(this::printProgress, 4, Duration.ofSeconds(15));
        progress.next("start of Kafka and PostgreSQL");
        try (var bed = TestBed.open(project(), stop())) {
            progress.next("writing the backlog");
            bed.write(ClickBacklog.usual(backlog, bed.platform()).next(backlog));
            progress.next("archiving it");
            var archived = archive(bed, progress);
            print(("audit    %,.0f rows/s, with chain and checkpoints; CPU us each: service %.1f, database %.1f,"
                            + " broker %.1f; %d MiB at most, %d MiB after a tenth")
                    .formatted(
                            archived.perSecond(),
                            archived.service(),
                            archived.database(),
                            archived.broker(),
                            archived.most() >> 20,
                            archived.early() >> 20));
            progress.next("the same rows by one COPY, several times");
            for (var format : FORMATS) {
                var runs = new CopyBaseline(bed).run(format);
                var median = runs[runs.length / 2];
                print("database %,.0f rows/s: one COPY, %s, %d times %,.0f to %,.0f; audit / database %.2f"
                        .formatted(
                                median,
                                format,
                                runs.length,
                                runs[0],
                                runs[runs.length - 1],
                                archived.perSecond() / median));
            }
        }
    }

    /**
     * The positions of the archive are updated in the database transactions that insert its rows. They are read over one
     * connection, because opening one takes the database longer than the query.
     */
    private CatchUp.Result archive(TestBed bed, BenchmarkProgress progress) {
        return TestBed.result(
                () -> {
                    try (var service = bed.startService("audit", Map.of());
                            var connection =
                                    DriverManager.getConnection(bed.platform().jdbcUrl())) {
                        return new CatchUp(bed, service, () -> archived(connection), POLL_EVERY, progress)
                                .measure(backlog);
                    }
                },
                "The archive cannot be measured");
    }

    private static long archived(Connection connection) {
        return TestBed.result(
                () -> {
                    try (var select = connection.prepareStatement(
                                    "SELECT coalesce(sum(records), 0) FROM audit.positions");
                            var row = select.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                },
                "The archive cannot be read");
    }
}
