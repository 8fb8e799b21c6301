package millrace.local.up;

import java.util.List;
import millrace.events.Catalogue;

/**
 * A process that reads channels, in the consumer group of its name.
 *
 * @param channels that its module reads, by the catalogue
 */
record ConsumerProcess(String name, List<String> channels) {
    /** Consumers of a Procfile. The module of a process is the folder from which its command starts. */
    static List<ConsumerProcess> of(Procfile procfile) {
        return procfile.processes().stream()
                .map(line -> new ConsumerProcess(line.name(), channels(line.command())))
                .filter(consumer -> !consumer.channels().isEmpty())
                .toList();
    }

    private static List<String> channels(String command) {
        return Catalogue.channels().stream()
                .filter(channel -> channel.readers().stream().anyMatch(reader -> command.contains(" " + reader + "/")))
                .map(Catalogue.Entry::name)
                .toList();
    }
}
