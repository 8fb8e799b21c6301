package millrace.audit.evidence.cli;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.cli.CommandFailed;
import millrace.audit.cli.Interruption;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.cli.ProgressLine;
import millrace.audit.evidence.ChainVerdict;
import millrace.audit.evidence.VerificationResult;
import millrace.audit.evidence.VerificationResult.Status;
import millrace.audit.evidence.Verify;
import millrace.audit.evidence.VerifyQuery;
import millrace.events.TerminalText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/audit verify}. */
@Command(
        name = "verify",
        description = {
            "Compares the log of the archive with the signed checkpoints on audit-checkpoints, the entries of each chain with"
                    + " the log, and the entries with what the broker still has, both ways.",
            "Names the first thing that is wrong with each chain: changed, missing, inserted, cut off at the end; and what is"
                    + " wrong with the log: a checkpoint that is forged or missing, two histories, an erasure without its event.",
            "Exit code: 0 if all is well, 4 if all is well and the archive says that records are missing or unproven, 1 if"
                    + " something is wrong, 3 if it was ended early: it says then how to go on."
        })
final class VerifyCommand extends PlatformCommand {
    @Option(names = "--channel", paramLabel = "NAME", description = "Only this channel. Default: all.")
    private String channel;

    @Option(names = "--partition", paramLabel = "N", description = "Only this partition. Default: all.")
    private Integer partition;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only segments that were closed at this time or later, such as 2026-01-31T00:00:00Z.")
    private Instant from = Instant.EPOCH;

    @Option(names = "--to", paramLabel = "TIME", description = "Only segments that were closed at this time or before.")
    private Instant to = Instant.parse("9999-12-31T00:00:00Z");

    @Option(
            names = "--without-broker",
            description =
                    "Compares the entries with the log and its checkpoints, and not with what the broker still has.")
    private boolean withoutBroker;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "PT24H",
            description =
                    "Stops after this time, such as PT10M, and prints what was not verified. Default: ${DEFAULT-VALUE}.")
    private Duration within;

    @Override
    public Integer call() throws SQLException {
        var platform = platform();
        try (var interruption = new Interruption()) {
            var question = new VerifyQuery(
                    Optional.ofNullable(channel),
                    Optional.ofNullable(partition),
                    from,
                    to,
                    !withoutBroker,
                    Instant.now().plus(within),
                    interruption::isAsked);
            var verify = new Verify(
                    platform.transactions(),
                    platform.encryption(),
                    platform.kafka(),
                    EvidenceCommands.identity(platform));
            var begin = System.nanoTime();
            var shown = new ProgressLine(err());
            var verdict = verify.verify(
                    question, (done, all) -> shown.show(() -> "%,d of %,d segments".formatted(done, all)));
            shown.end();
            if (verdict.chains().isEmpty()) {
                throw new CommandFailed("There is no such chain: nothing of that channel and partition was archived.");
            }
            print(out(), verdict, (System.nanoTime() - begin) / 1e9);
            return switch (verdict.status()) {
                case OK -> 0;
                case OK_WITH_GAPS -> 4;
                case BROKEN -> 1;
                case NOT_FINISHED -> 3;
            };
        }
    }

    static void print(PrintWriter out, VerificationResult verdict, double seconds) {
        out.printf(
                "log: %s (%d segments, %d checkpoints)%n",
                verdict.findings().isEmpty()
                        ? "ok"
                        : verdict.findings().getFirst().kind().text(),
                verdict.size(),
                verdict.checkpoints());
        verdict.findings().forEach(finding -> out.println("  " + TerminalText.line(finding.sentence())));
        verdict.chains().forEach(chain -> print(out, chain));
        var entries = verdict.chains().stream().mapToLong(ChainVerdict::entries).sum();
        out.printf("verified %,d entries in %.1f s%n", entries, seconds);
        if (verdict.status() == Status.NOT_FINISHED && verdict.upTo() != null) {
            out.printf("not finished: to go on, add --from %s%n", verdict.upTo());
        }
    }

    private static void print(PrintWriter out, ChainVerdict chain) {
        var state = !chain.isGood()
                ? chain.finding().kind().text()
                : !chain.complete() ? "not finished" : chain.hasGaps() ? "ok with gaps" : "ok";
        out.printf(
                "%s/%d: %s (%d entries in %d segments, %d records compared with the broker%s%s%s%s%s)%n",
                TerminalText.line(chain.channel()),
                chain.partition(),
                state,
                chain.entries(),
                chain.segments(),
                chain.compared(),
                number(chain.redacted(), " of them without encrypted parts"),
                number(chain.gaps(), " gaps"),
                number(chain.unproven(), " entries unproven"),
                number(chain.removed(), " entries removed by retention"),
                number(chain.unsigned(), " entries not signed yet"));
        if (!chain.isGood()) {
            var finding = chain.finding();
            out.printf(
                    "  %s%s%s%n",
                    TerminalText.line(finding.sentence()),
                    finding.offset() == null ? "" : ", offset " + finding.offset(),
                    finding.segment() == null ? "" : ", segment " + finding.segment());
        }
        if (chain.note() != null) {
            out.println("  " + TerminalText.line(chain.note()));
        }
    }

    private static String number(long number, String what) {
        return number == 0 ? "" : ", " + number + what;
    }
}
