package millrace.audit.evidence.cli;

import java.sql.SQLException;
import millrace.audit.cli.CommandFailed;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.evidence.TruncationAcceptance;
import millrace.audit.seal.FieldEncryption;
import millrace.events.TerminalText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bin/audit accept-truncation}. */
@Command(
        name = "accept-truncation",
        description = {
            "Says that the brokers have lost records of a partition that were archived and not signed yet, as after an unclean"
                    + " election of a leader. Until then the service does not archive the partition, because such records"
                    + " look like records that were added to the database.",
            "Their rows stay, and are unproven; the partition is archived again from the first of them on. This is signed and"
                    + " stays in the log: every later verdict is \"ok with gaps\" at best.",
            "Stop the service first. Needs the signing key and the master key."
        })
final class AcceptTruncationCommand extends PlatformCommand {
    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel;

    @Parameters(index = "1", paramLabel = "PARTITION", description = "Number of its partition.")
    private int partition;

    @Override
    public Integer call() {
        var platform = platform();
        try {
            var acceptance = new TruncationAcceptance(
                    platform.database(),
                    platform.kafka(),
                    new FieldEncryption(platform.masterKey()),
                    EvidenceCommands.identity(platform),
                    EvidenceCommands.signingKeys(platform));
            var truncated = acceptance
                    .accept(channel, partition)
                    .orElseThrow(() -> new CommandFailed(("The brokers have all records of partition %d of %s that are"
                                    + " archived and not signed: nothing to accept.")
                            .formatted(partition, channel)));
            out().println("Accepted: " + TerminalText.line(truncated.sentence()) + ". Start the service.");
            return 0;
        } catch (SQLException e) {
            throw new CommandFailed("Nothing was accepted: " + e.getMessage() + ".", e);
        }
    }
}
