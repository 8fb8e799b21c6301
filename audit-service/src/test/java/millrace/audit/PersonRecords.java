package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Map;
import millrace.events.CloudEvents;
import millrace.local.Platform;
import org.awaitility.Awaitility;

/** Sends records with personal data, and waits until they are archived. */
public record PersonRecords(Platform platform) {
    private static final String CLICK =
            "{\"anonymousId\" : \"%s\",\"messageId\":\"m\",\"context\":{\"ip\":\"198.51.100.77\"},\"name\":\"A\"}";

    public static String click(String visitor) {
        return CLICK.formatted(visitor);
    }

    /** @param type value of {@code ce_type}, which begins with the channel */
    public void send(String type, String key, String value) {
        try (var sender = new RecordSender(platform, Map.of())) {
            var channel = type.substring(0, type.indexOf('.'));
            var headers = CloudEvents.headers("e", type, "shop", Instant.EPOCH);
            sender.send(channel, System.currentTimeMillis(), key.getBytes(UTF_8), value.getBytes(UTF_8), headers);
        }
    }

    /** Waits until so many records of a subject are archived. */
    public void await(String subject, int records) {
        var count = "SELECT count(*) FROM audit.records r JOIN audit_keys.subjects s ON s.id = r.subject"
                + " WHERE s.subject = '" + subject + "'";
        var archived = new ArchiveDatabase(platform.jdbcUrl());
        Awaitility.await()
                .atMost(ArchiveDatabase.SOON)
                .until(() -> archived.sql(count).equals("" + records));
    }
}
