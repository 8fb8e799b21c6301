package millrace.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import millrace.bench.load.ProcessUsage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/bench audit}: throughput of the archive, of its verification and of proofs, beside a plain COPY of the same rows. */
@Command(
        name = "audit",
        description = {
            "Measures how many records a second one audit process archives from a backlog of clicks, with chain and signed"
                    + " checkpoints, beside one COPY of the same rows into the same table (database).",
            "Then how many records a second bin/audit verifies, with a heap of 256 MB: the rows against the checkpoints, and"
                    + " these and the broker; and how long bin/audit proves a record of any age."
        })
final class AuditBenchmark extends Scenario {
    /** Formats of COPY: psql's default, and the one that the database reads fastest. */
    private static final List<String> FORMATS = List.of("text", "binary");

    private static final Duration POLL_EVERY = Duration.ofMillis(50);
    private static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(20);
    private static final Duration PROVE_TIMEOUT = Duration.ofMinutes(1);
    private static final int PROOFS = 40;
    private static final Pattern VERIFIED = Pattern.compile("verified ([0-9,]+) entries in ([0-9.]+) s");
    private static final Pattern PROVED = Pattern.compile("proved in ([0-9.]+) ms");

    @Option(names = "--backlog", paramLabel = "N", description = "Clicks in the backlog. Default: ${DEFAULT-VALUE}.")
    private int backlog = 2_000_000;

    AuditBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        require(backlog >= 10, "--backlog is a count; expected 10 or more.");
    }

    @Override
    void measure() {
        var progress = new BenchmarkProgress(this::printProgress, 7, Duration.ofMillis(2_000 + backlog / 50));
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
            var read = new CopyBaseline(bed).read();
            print("database %,.0f rows/s: read by one COPY, binary".formatted(read));
            progress.next("verifying the rows against the checkpoints");
            verify(bed, "rows against checkpoints", " --without-broker", read);
            progress.next("verifying them and the broker");
            verify(bed, "and the broker", "", read);
            progress.next("proving records of all ages");
            prove(bed);
        }
    }

    private void verify(TestBed bed, String what, String option, double read) {
        var most = new ProcessUsage[] {ProcessUsage.NONE};
        var found = find(VERIFIED, audit(bed, "verify" + option, VERIFY_TIMEOUT, most));
        var entries = Long.parseLong(found.group(1).replace(",", ""));
        var perSecond = entries / Double.parseDouble(found.group(2));
        print("verify   %,.0f records/s, %s; CPU us each: command %.1f; %d MiB at most; verify / database %.2f"
                .formatted(
                        perSecond,
                        what,
                        most[0].cpu().toNanos() / 1e3 / entries,
                        most[0].memory() >> 20,
                        perSecond / read));
    }

    /** The first proof of a process loads its classes and connects. */
    private void prove(TestBed bed) {
        var last = TestBed.result(
                () -> {
                    try (var connection =
                            DriverManager.getConnection(bed.platform().jdbcUrl())) {
                        return query(
                                connection,
                                "SELECT next_offset - 1 FROM audit.positions WHERE channel = 'clicks' AND partition = 0");
                    }
                },
                "The archive cannot be read");
        var offsets = LongStream.range(0, PROOFS)
                .mapToObj(i -> Long.toString(last * i / (PROOFS - 1)))
                .collect(Collectors.joining(" "));
        var command = "prove --out %s clicks 0 %s".formatted(bed.folder(), offsets);
        var times = PROVED.matcher(audit(bed, command, PROVE_TIMEOUT, new ProcessUsage[] {ProcessUsage.NONE}))
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .toArray();
        if (times.length != PROOFS) {
            throw new BenchmarkException("Only %d of %d records were proved.".formatted(times.length, PROOFS));
        }
        var sorted = Arrays.copyOfRange(times, 1, PROOFS);
        Arrays.sort(sorted);
        print(
                "prove    %.0f ms the first, of the others %.0f ms the median and %.0f ms the slowest, from the oldest record to the"
                                .formatted(times[0], sorted[sorted.length / 2], sorted[sorted.length - 1])
                        + " newest");
    }

    /** Runs bin/audit with its own limit of the heap. @param most is set to what it used */
    private static String audit(TestBed bed, String command, Duration timeout, ProcessUsage[] most) {
        return bed.run(
                "audit-command",
                "exec bin/audit " + command,
                Map.of("JDK_JAVA_OPTIONS", bed.project().jvmOptions()),
                timeout,
                pid -> most[0] = most[0].most(ProcessUsage.of(pid)));
    }

    private static MatchResult find(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .findFirst()
                .orElseThrow(() -> new BenchmarkException("Expected \"" + pattern + "\", and got:\n" + text));
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
                () -> query(connection, "SELECT coalesce(sum(records), 0) FROM audit.positions"),
                "The archive cannot be read");
    }

    private static long query(Connection connection, String select) throws SQLException {
        try (var statement = connection.prepareStatement(select);
                var row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
