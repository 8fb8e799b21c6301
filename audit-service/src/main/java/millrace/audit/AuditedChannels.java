package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import millrace.events.Catalogue;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The audited channels of the catalogue, and what they are called on the broker. */
@ApplicationScoped
class AuditedChannels {
    private final String prefix;

    AuditedChannels(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.prefix = prefix.orElse("");
    }

    List<String> topics() {
        return Catalogue.channels().stream()
                .filter(Catalogue.Entry::audited)
                .map(channel -> prefix + channel.name())
                .toList();
    }

    String consumerGroup() {
        return prefix + "audit";
    }

    String channel(TopicPartition partition) {
        return partition.topic().substring(prefix.length());
    }

    TopicPartition partition(String channel, int number) {
        return new TopicPartition(prefix + channel, number);
    }
}
