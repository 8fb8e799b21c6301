package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.DriverManager;
import java.time.Instant;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Counted;
import millrace.local.Platform;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes the records and the ledger reports of edge and analytics for one minute. */
final class LedgerScenario implements AutoCloseable {
    final Instant minute;
    final String instance;
    private final Platform platform;
    private final RecordSender sender;

    LedgerScenario(Platform platform, Instant minute) {
        this.platform = platform;
        this.minute = minute;
        this.instance = "instance-" + minute;
        this.sender = new RecordSender(platform, Map.of());
    }

    /** @return offset of the record */
    long onChannel(String value) throws Exception {
        return sender.sent("clicks", minute.toEpochMilli(), value);
    }

    void accepted(long acknowledged, long unsure) {
        say(new Counted.EdgeCounted(instance, "clicks", minute, acknowledged, unsure));
    }

    /** @param nextOffset position of analytics in the partition */
    void analytics(long counted, long late, long repeated, long nextOffset) {
        say(new Counted.AnalyticsCounted("analytics", "clicks", 0, minute, counted, late, repeated, nextOffset));
    }

    void say(Counted counted) {
        var value = Channels.LEDGER.value().serializer().serialize("ledger", counted);
        sender.send("ledger", Instant.now().toEpochMilli(), counted.key().getBytes(UTF_8), value, new RecordHeaders());
    }

    void deadLetter(long offset, boolean countedBefore) {
        var headers = new RecordHeaders();
        CloudEvents.add(headers, "__streams.errors.topic", platform.topic("clicks"));
        CloudEvents.add(headers, "__streams.errors.partition", "0");
        CloudEvents.add(headers, "__streams.errors.offset", Long.toString(offset));
        if (countedBefore) {
            CloudEvents.add(headers, "dead-letter-counted", "true");
        }
        sender.send("analytics-dlq", minute.toEpochMilli(), null, new byte[0], headers);
    }

    /** Deletes the last record of the minute from the archive, as the owner of the tables. */
    void delete() throws Exception {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            database.createStatement()
                    .execute("GRANT ALL ON audit.records TO CURRENT_USER;"
                            + "ALTER TABLE audit.records DISABLE TRIGGER append_only;"
                            + "DELETE FROM audit.records WHERE (channel, partition, seq) = (SELECT channel, partition, seq"
                            + " FROM audit.records WHERE channel = 'clicks' AND timestamp_ms = " + minute.toEpochMilli()
                            + " ORDER BY record_offset DESC LIMIT 1);ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only;"
                            + "REVOKE UPDATE, DELETE, TRUNCATE ON audit.records FROM CURRENT_USER");
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
