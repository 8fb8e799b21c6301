package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import millrace.audit.table.ChainName;
import millrace.events.Catalogue;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The audited channels of the catalogue and their topics. The catalogue is part of the program, so a new channel comes with
 * a release, which restarts the process. Its topic may be created later: the consumer looks for new topics every 30 s and
 * reads them from the first record on.
 */
@ApplicationScoped
public class AuditedChannels {
    private final String prefix;

    public AuditedChannels(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.prefix = prefix.orElse("");
    }

    List<String> topics() {
        return Catalogue.channels().stream()
                .filter(Catalogue.Entry::audited)
                .map(channel -> topic(channel.name()))
                .toList();
    }

    public String consumerGroup() {
        return prefix + "audit";
    }

    public String topic(String channel) {
        return prefix + channel;
    }

    String channel(TopicPartition partition) {
        return partition.topic().substring(prefix.length());
    }

    ChainName chain(TopicPartition partition) {
        return new ChainName(channel(partition), partition.partition());
    }

    TopicPartition partition(String channel, int number) {
        return new TopicPartition(topic(channel), number);
    }
}
