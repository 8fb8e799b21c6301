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

/** Writes the records and the counts of writers and readers for one minute. */
final class LedgerScenario implements AutoCloseable {
    final Instant minute;
    final String instance;
    private final Platform platform;
    private final RecordSender sender;

    LedgerScenario(Platform platform, Instant minute) {
        this.platform = platform;
        this.minute = minute;
        this.instance = "instance-" + minute.getEpochSecond();
        this.sender = new RecordSender(platform, Map.of());
    }

    /** @return offset of the record */
    long onChannel(String value) throws Exception {
        return onChannel("clicks", value);
    }

    long onChannel(String channel, String value) throws Exception {
        return sender.sent(channel, minute.toEpochMilli(), value);
    }

    void accepted(long acknowledged, long unsure) {
        say(Counted.wrote(
                "web/" + instance,
                "clicks",
                null,
                minute,
                Map.of(Counted.ACKNOWLEDGED, acknowledged, Counted.UNSURE, unsure)));
    }

    /** The last report of the edge before it was silent. */
    void reported(Instant upTo, boolean ended) {
        say(Counted.report("web/" + instance, Counted.Role.WROTE, upTo, ended));
    }

    /** @param nextOffset position of analytics in the partition */
    void analytics(long applied, long late, long repeated, long nextOffset) {
        analytics("analytics", applied, late, repeated, nextOffset);
    }

    void analytics(String generation, long applied, long late, long repeated, long nextOffset) {
        var counts = Map.of(Counted.APPLIED, applied, Counted.LATE, late, Counted.REPEATED, repeated);
        say(Counted.read(generation, "clicks", 0, minute, counts, nextOffset));
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
