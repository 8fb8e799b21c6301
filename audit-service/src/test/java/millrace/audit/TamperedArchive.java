package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import millrace.audit.table.SegmentTable;
import millrace.events.Checkpoint;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** An archive after the service has stopped, and the changes that the owner of the tables can make to it. */
final class TamperedArchive {
    static final int RECORDS = 100;
    private static final List<String> CHANNELS =
            List.of("clicks", "transactions", "orders", "rejected-events", "transactions-dlq", "analytics-dlq");

    private static final List<String> TABLES = List.of("records", "breaks", "segments", "dropped");

    private static TamperedArchive made;

    private final Platform platform;
    private final ArchiveDatabase owner;

    private TamperedArchive(Platform platform) {
        this.platform = platform;
        this.owner = new ArchiveDatabase(platform.jdbcUrl());
    }

    /** Archives a hundred records of each partition, publishes all their checkpoints, and then stops the service. */
    static TamperedArchive of(Platform platform, AuditTrail trail) throws Exception {
        if (made == null || made.platform != platform) {
            made = new TamperedArchive(platform);
            made.send();
            var unpublished =
                    "SELECT sum(%d - next_seq) + sum((SELECT count(*) FROM segments s WHERE s.channel = p.channel"
                            + " AND s.partition = p.partition) - published) + %d - count(*) FROM positions p"
                            + " WHERE p.channel IN ('" + String.join("','", CHANNELS) + "')";
            await().atMost(ArchiveDatabase.SOON)
                    .until(() -> "0".equals(made.sql(unpublished.formatted(RECORDS, 3 * CHANNELS.size()))));
            trail.stop(null);
            made.sql("GRANT ALL ON ALL TABLES IN SCHEMA audit TO CURRENT_USER;"
                    + TABLES.stream()
                            .map(table -> "ALTER TABLE " + table + " DISABLE TRIGGER USER")
                            .collect(Collectors.joining(";")));
        }
        return made;
    }

    String sql(String statements) throws SQLException {
        return owner.sql("SET search_path = audit;" + statements);
    }

    /** Shifts the numbers of all records from a number on. */
    void move(String channel, int partition, int from, int by) throws SQLException {
        var where = " WHERE channel = '%s' AND partition = %d AND ".formatted(channel, partition);
        sql("UPDATE records SET seq = -seq" + where + "seq >= " + from + ";UPDATE records SET seq = " + by + " - seq"
                + where + "seq < 0");
    }

    void swap(String channel, int partition, int one, int other) throws SQLException {
        var where = " WHERE channel = '%s' AND partition = %d AND ".formatted(channel, partition);
        sql("UPDATE records SET seq = -seq" + where + "seq IN (%d, %d);".formatted(one, other)
                + "UPDATE records SET seq = %d + seq".formatted(one + other) + where + "seq < 0");
    }

    void copy(String channel, int partition, int seq, int to) throws SQLException {
        sql("INSERT INTO records SELECT month, channel, partition, %d, life, record_offset - 1, leader_epoch, topic_id,"
                        .formatted(to)
                + " timestamp_ms, timestamp_type, header_names, header_values, key, 'added' FROM records"
                + " WHERE channel = '%s' AND partition = %d AND seq = %d".formatted(channel, partition, seq));
    }

    /** Removes the end of a chain from the database, which alone then does not show it. */
    void cutOff(String channel, int partition, int fromSegment) throws SQLException {
        var where = " WHERE channel = '%s' AND partition = %d".formatted(channel, partition);
        var before = "(SELECT %s FROM segments" + where + " AND segment = " + (fromSegment - 1) + ")";
        sql("UPDATE positions SET (next_seq, next_offset, head) = (" + before.formatted("next_seq") + ", "
                + before.formatted("to_offset") + ", " + before.formatted("head") + "), published = " + fromSegment
                + where
                + ";DELETE FROM records" + where + " AND seq >= " + before.formatted("next_seq")
                + ";DELETE FROM segments" + where + " AND segment >= " + fromSegment);
    }

    /** Recomputes segments and position from the changed records, as an attacker with another signing key can. */
    void recompute(String channel, int partition, SigningKey key) throws SQLException {
        try (var database = owner.connect()) {
            database.createStatement().execute("SET search_path = audit");
            var hashes = new Hashes();
            var signing = new Signing(key, hashes);
            var head = hashes.first(channel, partition);
            for (var old : new SegmentTable().from(database, channel, partition, 0, 1000)) {
                var leaves = new EntryTables()
                        .read(database, channel, partition, old.firstSeq(), old.nextSeq()).stream()
                                .map(hashes::leaf)
                                .toList();
                var open = new Signing.Open(
                        channel, partition, old.segment(), old.life(), old.firstSeq(), old.fromOffset(), head);
                for (var leaf : leaves) {
                    head = hashes.head(head, leaf);
                }
                replace(database, signing.sign(open, leaves, old.nextSeq(), old.toOffset(), head));
            }
            JdbcStatements.execute(
                    database,
                    "UPDATE positions SET head = ? WHERE channel = ? AND partition = ?",
                    head,
                    channel,
                    partition);
        }
    }

    /** Publishes a checkpoint with a changed offset, signed with a key. */
    void forge(String channel, int partition, int segment, SigningKey key) throws Exception {
        var json = new String(segment(channel, partition, segment).checkpoint(), UTF_8);
        var forged = json.replace("\"toOffset\":", "\"toOffset\":1").getBytes(UTF_8);
        publish(channel, partition, segment, forged, key.sign(forged));
    }

    /** Publishes a genuine checkpoint under the key of another segment. */
    void republish(String channel, int partition, int segment, int as) throws Exception {
        var genuine = segment(channel, partition, segment);
        publish(channel, partition, as, genuine.checkpoint(), genuine.signature());
    }

    private void publish(String channel, int partition, int segment, byte[] value, byte[] signature) throws Exception {
        var settings = new HashMap<>(platform.kafkaClient());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var record = new ProducerRecord<>(
                    platform.topic("audit-checkpoints"),
                    Checkpoint.key(Checkpoint.GENERATION, channel, partition, segment),
                    value);
            record.headers().add(Checkpoint.SIGNATURE, signature);
            producer.send(record).get();
        }
    }

    private ClosedSegment segment(String channel, int partition, int segment) throws SQLException {
        try (var database = owner.connect()) {
            database.createStatement().execute("SET search_path = audit");
            return new SegmentTable()
                    .from(database, channel, partition, segment, 1)
                    .getFirst();
        }
    }

    private static void replace(Connection database, ClosedSegment segment) throws SQLException {
        JdbcStatements.execute(
                database,
                "DELETE FROM segments WHERE channel = ? AND partition = ? AND segment = ?",
                segment.channel(),
                segment.partition(),
                segment.segment());
        new SegmentTable().insert(database, List.of(segment));
    }

    private void send() {
        var settings = new HashMap<>(platform.kafkaClient());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var channel : CHANNELS) {
                for (var i = 0; i < 3 * RECORDS; i++) {
                    var bytes = ("record " + i).getBytes(UTF_8);
                    producer.send(new ProducerRecord<>(platform.topic(channel), i % 3, bytes, bytes));
                }
            }
        }
    }
}
