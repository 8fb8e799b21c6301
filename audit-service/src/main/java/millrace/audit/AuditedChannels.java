package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import millrace.events.Catalogue;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The audited channels of the catalogue, and what they are called on the broker. The catalogue is part of the program: a
 * channel that is new in it comes with a release, which starts the process again. What happens without a restart is that
 * its topic appears on the broker, then or later: the consumer asks for it every half a minute, and reads it from its first
 * record on.
 */
@ApplicationScoped
class AuditedChannels {
    private final String prefix;

    AuditedChannels(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.prefix = prefix.orElse("");
    }

    List<String> topics() {
        return Catalogue.channels().stream()
                .filter(Catalogue.Entry::audited)
                .map(channel -> topic(channel.name()))
                .toList();
    }

    String consumerGroup() {
        return prefix + "audit";
    }

    String topic(String channel) {
        return prefix + channel;
    }

    String channel(TopicPartition partition) {
        return partition.topic().substring(prefix.length());
    }

    TopicPartition partition(String channel, int number) {
        return new TopicPartition(topic(channel), number);
    }
}
