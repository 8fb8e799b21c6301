package millrace.audit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import millrace.audit.verify.Proof;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/audit prove}. */
@Command(
        name = "prove",
        description = {
            "Writes a file that proves that a record was archived as it is: the record's bytes, its path to the root of its"
                    + " segment, and the segment's signed checkpoint.",
            "To check it needs a JDK and the public key, no platform: java docs/VerifyProof.java FILE PUBLIC-KEY-FILE."
        })
final class ProveCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CHANNEL", description = "Name of the channel.")
    private String channel;

    @Parameters(paramLabel = "PARTITION", description = "Number of its partition.")
    private int partition;

    @Parameters(paramLabel = "OFFSET", description = "Offset of the record.")
    private long offset;

    @Option(
            names = "--life",
            paramLabel = "N",
            description = "Incarnation of the topic, if it was recreated. Default: the last with this offset.")
    private Integer life;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write. Default: CHANNEL-PARTITION-OFFSET.proof.")
    private Path file;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var platform = AuditPlatform.of(System.getenv());
        var target = file == null ? Path.of("%s-%d-%d.proof".formatted(channel, partition, offset)) : file;
        try {
            var proof = platform.transactions()
                    .get(connection -> Proof.of(connection, channel, partition, offset, life))
                    .orElseThrow(
                            () -> new CommandFailed(("There is no proof of offset %d of partition %d of %s: it is not"
                                            + " archived, or was a moment ago and its segment is still open.")
                                    .formatted(offset, partition, channel)));
            Files.writeString(target, proof.text());
            command.commandLine().getOut().println(target);
            return 0;
        } catch (IOException e) {
            throw new CommandFailed(target + " cannot be written: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new CommandFailed("The database does not answer: " + e.getMessage(), e);
        }
    }
}
