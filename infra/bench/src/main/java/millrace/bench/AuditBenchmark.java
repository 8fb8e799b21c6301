package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import millrace.bench.ClickGenerator.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/bench audit}: throughput of the archive with its proofs, beside a plain COPY of the same rows. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how many records a second one audit process archives from a backlog of clicks, with chain and signed"
                    + " checkpoints, beside one COPY of the same rows into the same table (database)."
        })
final class AuditBenchmark implements Callable<Integer> {
    /** Formats of COPY: psql's default, and the one that the database reads fastest. */
    private static final List<String> FORMATS = List.of("text", "binary");

    private static final int STEPS = 4;
    private static final Duration STEP_TIME = Duration.ofSeconds(15);

    @Option(
            names = "--backlog",
            paramLabel = "N",
            defaultValue = "500000",
            description = "Clicks in the backlog. Default: ${DEFAULT-VALUE}.")
    private int backlog;

    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "JVM options for the audit process alone, to measure the effect of a setting.")
    private String jvmOptions;

    @Spec
    private CommandSpec command;

    private final BenchmarkShutdown stop;

    AuditBenchmark(BenchmarkShutdown stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        if (backlog < 10) {
            throw new ParameterException(command.commandLine(), "--backlog is a count; expected 10 or more.");
        }
        var out = command.commandLine().getOut();
        var progress = new BenchmarkProgress(command.commandLine().getErr(), STEPS, STEP_TIME);
        MachineDescription.text().forEach(out::println);
        progress.next("start of Kafka and PostgreSQL");
        try (var bed = ServiceTestBed.open(ProjectCommands.ofProcess(jvmOptions), stop)) {
            progress.next("writing the backlog");
            bed.write(new Shape(50_000, 300, Shape.DEFAULT_PER_SECOND), backlog);
            progress.next("archiving it");
            var archived = archive(bed, progress);
            out.println(archived.text());
            progress.next("the same rows by one COPY, several times");
            var plain = new CopyBaseline(bed.platform().jdbcUrl(), bed.state());
            for (var format : FORMATS) {
                out.println(plain.run(format).text(archived));
            }
        }
        out.flush();
        return 0;
    }

    private ArchiveCatchUpResult archive(ServiceTestBed bed, BenchmarkProgress progress) {
        try (var service = AuditProcess.start(bed);
                var watch = new ArchiveCatchUp(bed, service, progress)) {
            return watch.measure(backlog);
        }
    }
}
