package millrace.local.kafka;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import millrace.local.up.UpCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/kafka}: the commands of the PaaS's Kafka plugin for the platform of {@code bin/up}. */
@Command(
        name = "bin/kafka",
        description = {
            "Shows and changes the Kafka cluster that bin/up runs, with the commands of the Kafka plugin of the PaaS's CLI:"
                    + " heroku kafka:topics is bin/kafka topics.",
            "Names of topics and consumer groups are without KAFKA_PREFIX. Results are on standard output, progress is on"
                    + " standard error."
        },
        footer = {
            "",
            "The plugin itself works on this cluster, too: eval \"$(bin/kafka plugin)\"; its topics:tail and topics:write need"
                    + " brokers older than 4."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ClusterCommands.Info.class,
            ClusterCommands.Wait.class,
            TopicCommands.Topics.class,
            TopicCommands.Info.class,
            TopicCommands.Create.class,
            TopicCommands.Destroy.class,
            TopicCommands.Compaction.class,
            TopicCommands.RetentionTime.class,
            TopicCommands.ReplicationFactor.class,
            TailCommand.class,
            WriteCommand.class,
            GroupCommands.Groups.class,
            GroupCommands.Create.class,
            GroupCommands.Destroy.class,
            LagCommand.class,
            ClusterCommands.Credentials.class,
            ClusterCommands.Fail.class,
            ClusterCommands.Upgrade.class,
            ClusterCommands.Zookeeper.class,
            ClusterCommands.Plugin.class
        },
        mixinStandardHelpOptions = true)
public final class KafkaCommand implements Callable<Integer> {
    private final Path directory;

    @Spec
    private CommandSpec spec;

    /** @param directory of the platform that the commands are for */
    KafkaCommand(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] arguments) {
        // What the client of Kafka warns of is told in a sentence, if it matters.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        System.exit(UpCommand.commandLine(new KafkaCommand(UpCommand.dataDirectory()))
                .execute(arguments));
    }

    Path directory() {
        return directory;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
