package millrace.audit.cli;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import millrace.audit.verify.ChainVerdict;
import millrace.audit.verify.Verify;
import millrace.audit.verify.VerifyQuery;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/audit verify}. */
@Command(
        name = "verify",
        description = {
            "Recomputes the hash chains of the archive from its rows, checks them against the signed checkpoints on"
                    + " audit-checkpoints, and compares them with what the broker still holds.",
            "Names the first wrong record of each chain and what is wrong with it: changed, missing, inserted, reordered,"
                    + " cut off at the end, checkpoint forged or missing.",
            "Exit code: 0 if nothing is wrong, 1 if something is wrong, 3 if the time was over before the end."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int WRONG = 1;
    private static final int NOT_FINISHED = 3;

    @Option(names = "--channel", paramLabel = "NAME", description = "Only this channel. Default: all.")
    private String channel;

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition. Default: all.")
    private Integer partition;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Only entries that were archived at this time or later, such as 2026-01-31T00:00:00Z; of earlier"
                            + " ones, only the checkpoints.")
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Only entries that were archived at this time or before.")
    private Instant to = Instant.parse("9999-12-31T00:00:00Z");

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "PT24H",
            description =
                    "Stops after this time, such as PT10M, and prints what was not verified. Default: ${DEFAULT-VALUE}.")
    private Duration within;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var platform = AuditPlatform.of(System.getenv());
        var question = new VerifyQuery(
                Optional.ofNullable(channel),
                Optional.ofNullable(partition),
                from,
                to,
                Instant.now().plus(within));
        try {
            var verify =
                    new Verify(platform.transactions(), platform.encryption(), platform.kafka(), platform.identity());
            var verdicts = verify.answer(question);
            var out = command.commandLine().getOut();
            verdicts.forEach(verdict -> print(out, verdict));
            if (verdicts.isEmpty()) {
                throw new CommandFailed("There is no such chain: nothing of that channel and partition was archived.");
            }
            return verdicts.stream().anyMatch(verdict -> !verdict.isGood())
                    ? WRONG
                    : verdicts.stream().allMatch(ChainVerdict::complete) ? 0 : NOT_FINISHED;
        } catch (SQLException e) {
            throw new CommandFailed("The database does not answer: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new CommandFailed("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    private static void print(PrintWriter out, ChainVerdict verdict) {
        var state = !verdict.isGood() ? verdict.finding().kind().text() : verdict.complete() ? "ok" : "not finished";
        out.printf(
                "%s/%d: %s (%d entries in %d segments hashed, %d records compared with the broker%s)%n",
                verdict.channel(),
                verdict.partition(),
                state,
                verdict.entries(),
                verdict.segments(),
                verdict.compared(),
                verdict.redacted() == 0 ? "" : ", " + verdict.redacted() + " of them without encrypted parts");
        if (!verdict.isGood()) {
            var finding = verdict.finding();
            out.printf(
                    "  %s%s%s%n",
                    finding.sentence(),
                    finding.offset() == null ? "" : ", offset " + finding.offset(),
                    finding.segment() == null ? "" : ", segment " + finding.segment());
        }
        if (verdict.note() != null) {
            out.println("  " + verdict.note());
        }
    }
}
