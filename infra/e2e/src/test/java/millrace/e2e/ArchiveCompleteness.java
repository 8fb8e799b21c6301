package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Compares the archive of the audit service with the channels. */
final class ArchiveCompleteness {
    private ArchiveCompleteness() {}

    /**
     * Checks that the archive holds every record of each audited channel exactly once, up to its position in each
     * partition.
     */
    static void assertComplete(RunningSystem system, ChannelProbe channel) {
        var kept = system.query("audit", "/audit/status");
        for (var audited :
                Catalogue.channels().stream().filter(Catalogue.Entry::audited).toList()) {
            var records =
                    channel.records(audited.name()).stream().collect(Collectors.groupingBy(ConsumerRecord::partition));
            kept.forEach(row -> {
                if (row.get("channel").asText().equals(audited.name())) {
                    var partition = row.get("partition").asInt();
                    var position = row.get("position").asLong();
                    var until = records.getOrDefault(partition, List.of()).stream()
                            .filter(record -> record.offset() < position)
                            .count();
                    assertThat(row.get("records").asLong())
                            .as(audited.name() + " " + partition)
                            .isEqualTo(until);
                }
            });
        }
        assertThat(kept).as("partitions with records").hasSizeGreaterThan(3);
    }
}
