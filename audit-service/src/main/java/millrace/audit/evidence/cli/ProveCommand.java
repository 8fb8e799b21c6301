package millrace.audit.evidence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import millrace.audit.EvidenceMismatch;
import millrace.audit.cli.CommandFailed;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.evidence.ArchiveIdentity;
import millrace.audit.evidence.RecordProof;
import millrace.audit.table.DatabaseTransactions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bin/audit prove}. */
@Command(
        name = "prove",
        description = {
            "Writes a file that proves that a record was archived as it is, for each offset: the record's bytes, its path to the root of its"
                    + " segment, the segment's path to the root of the log, and a signed checkpoint of the log.",
            "To check it needs a JDK and the public key, no platform: java docs/VerifyProof.java FILE PUBLIC-KEY-FILE."
        })
final class ProveCommand extends PlatformCommand {
    @Parameters(index = "0", paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel;

    @Parameters(index = "1", paramLabel = "PARTITION", description = "Number of its partition.")
    private int partition;

    @Parameters(index = "2..*", paramLabel = "OFFSET", arity = "1..*", description = "Offsets of the records.")
    private List<Long> offsets;

    @Option(
            names = "--life",
            paramLabel = "N",
            description = "Incarnation of the topic, if it was recreated. Default: the last with this offset.")
    private Integer life;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write, or folder of the files. Default: CHANNEL-PARTITION-OFFSET.proof here.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws SQLException {
        var platform = platform();
        var transactions = platform.transactions();
        var isFolder = out.equals(Path.of("")) || Files.isDirectory(out);
        if (!isFolder && offsets.size() > 1) {
            throw new CommandFailed(out + " is no folder, and several proofs need one.");
        }
        for (var offset : offsets) {
            var target = isFolder ? out.resolve("%s-%d-%d.proof".formatted(channel, partition, offset)) : out;
            var begin = System.nanoTime();
            prove(transactions, EvidenceCommands.identity(platform), offset, target);
            out().println(target);
            if (offsets.size() > 1) {
                var milliseconds = (System.nanoTime() - begin) / 1e6;
                err().printf("proved in %.1f ms%n", milliseconds);
            }
        }
        return 0;
    }

    private void prove(DatabaseTransactions transactions, ArchiveIdentity identity, long offset, Path target)
            throws SQLException {
        try {
            var proof = transactions
                    .get(connection -> RecordProof.of(connection, identity, channel, partition, offset, life))
                    .orElseThrow(
                            () -> new CommandFailed(("There is no proof of offset %d of partition %d of %s: it is not"
                                            + " archived, or was a moment ago and no checkpoint covers it yet.")
                                    .formatted(offset, partition, channel)));
            Files.writeString(target, proof.text());
        } catch (EvidenceMismatch e) {
            throw new CommandFailed(e.getMessage() + ": bin/audit verify says more.", e);
        } catch (IOException e) {
            throw new CommandFailed(target + " cannot be written: " + e.getMessage(), e);
        }
    }
}
