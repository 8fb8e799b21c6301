package millrace.audit.cli;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import millrace.audit.verify.Question;
import millrace.audit.verify.Verdict;
import millrace.audit.verify.Verify;
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
            "Exit code: 0 where all is as it was, 1 where anything is wrong, 3 where the time was over before the end."
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
                    "Only what was archived at this time or later, such as 2026-01-31T00:00:00Z; of what was before,"
                            + " the checkpoints alone.")
    private Instant from = Instant.EPOCH;

    @Option(names = "--to", paramLabel = "TIME", description = "Only what was archived at this time or before.")
    private Instant to = Instant.parse("9999-12-31T00:00:00Z");

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "PT24H",
            description =
                    "Stops after this time, such as PT10M, and says what was not looked at. Default: ${DEFAULT-VALUE}.")
    private Duration within;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var platform = Platform.of(System.getenv());
        var question = new Question(
                Optional.ofNullable(channel),
                Optional.ofNullable(partition),
                from,
                to,
                Instant.now().plus(within));
        try {
            var verify = new Verify(platform.transactions(), platform.sealing(), platform.kafka(), platform.place());
            var verdicts = verify.answer(question);
            var out = command.commandLine().getOut();
            verdicts.forEach(verdict -> print(out, verdict));
            if (verdicts.isEmpty()) {
                throw new CannotDo("There is no such chain: nothing of that channel and partition was archived.");
            }
            return verdicts.stream().anyMatch(verdict -> !verdict.isGood())
                    ? WRONG
                    : verdicts.stream().allMatch(Verdict::complete) ? 0 : NOT_FINISHED;
        } catch (SQLException e) {
            throw new CannotDo("The database does not answer: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new CannotDo("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    private static void print(PrintWriter out, Verdict verdict) {
        var state = !verdict.isGood() ? verdict.finding().kind().text() : verdict.complete() ? "ok" : "not finished";
        out.printf(
                "%s/%d: %s (%d entries in %d segments hashed, %d records compared with the broker%s)%n",
                verdict.channel(),
                verdict.partition(),
                state,
                verdict.entries(),
                verdict.segments(),
                verdict.compared(),
                verdict.redacted() == 0 ? "" : ", " + verdict.redacted() + " of them without what is sealed");
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
