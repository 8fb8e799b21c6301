package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.audit.ArchiveDatabase;
import millrace.audit.AuditProcess;
import millrace.audit.evidence.tree.GrowingTree;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.ChainName;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An archive after the service has stopped, and the changes that the owner of the tables can make to it. */
final class TamperedArchive {
    static final int RECORDS = 100;
    /** Three whole segments of each partition, which the first checkpoint covers. */
    private static final int FIRST = 48;

    private static final List<String> CHANNELS =
            List.of("clicks", "transactions", "orders", "rejected-events", "transactions-dlq", "order-state");

    private static final List<String> TABLES =
            List.of("records", "breaks", "segments", "log_nodes", "checkpoints", "dropped");

    private static TamperedArchive made;

    private final Platform platform;
    private final ArchiveDatabase owner;

    private TamperedArchive(Platform platform) {
        this.platform = platform;
        this.owner = new ArchiveDatabase(platform.jdbcUrl());
    }

    /** Archives a hundred records of each partition, and then stops the audit trail of the service, which signs them all. */
    static TamperedArchive of(Platform platform, AuditProcess processes) throws Exception {
        if (made == null || made.platform != platform) {
            made = new TamperedArchive(platform);
            made.send(0, FIRST);
            made.awaitRows("SELECT sum(s.next_seq - s.first_seq) FROM segments s", FIRST);
            made.send(FIRST, RECORDS);
            made.awaitRows("SELECT sum(p.next_seq) FROM positions p", RECORDS);
            processes.stopRunning();
            made.own();
        }
        return made;
    }

    private void awaitRows(String sum, int each) {
        var select = sum + " WHERE channel IN ('%s')".formatted(String.join("','", CHANNELS));
        var expected = Integer.toString(3 * CHANNELS.size() * each);
        await().atMost(ArchiveDatabase.SOON).until(() -> expected.equals(sql(select)));
    }

    /** Takes the rights that an owner of tables can take. */
    private void own() throws SQLException {
        own(owner);
    }

    static void own(ArchiveDatabase database) throws SQLException {
        database.sql("SET search_path = audit; GRANT ALL ON ALL TABLES IN SCHEMA audit TO CURRENT_USER;"
                + TABLES.stream()
                        .map(table -> "ALTER TABLE " + table + " DISABLE TRIGGER USER")
                        .collect(Collectors.joining(";")));
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
        sql("UPDATE positions SET (next_seq, next_offset) = (" + before.formatted("next_seq") + ", "
                + before.formatted("to_offset") + ")" + where
                + ";DELETE FROM records" + where + " AND seq >= " + before.formatted("next_seq")
                + ";DELETE FROM segments" + where + " AND segment >= " + fromSegment);
    }

    /** Recomputes the log from the changed records, and signs it with a key that an attacker has. */
    void recompute(SigningKey key) throws SQLException {
        try (var database = owner.connect()) {
            database.createStatement().execute("SET search_path = audit");
            var all = LogTables.from(database, 0, 10_000);
            var last = new HashMap<ChainName, Segment>();
            var tree = new GrowingTree();
            var logged = new ArrayList<Segment.Logged>();
            var nodes = new ArrayList<GrowingTree.Node>();
            for (var old : all) {
                var segment = old.segment();
                var leaves = LogTables.entries(database, segment).stream()
                        .map(Hashes::leaf)
                        .toList();
                var anew = new Segment(
                        segment.channel(),
                        segment.partition(),
                        segment.number(),
                        segment.life(),
                        segment.topicId(),
                        segment.firstSeq(),
                        segment.nextSeq(),
                        segment.fromOffset(),
                        segment.toOffset(),
                        leaves.isEmpty() ? segment.root() : MerkleTree.root(leaves),
                        segment.unproven(),
                        segment.closedMs(),
                        Segment.previous(segment.chain(), Optional.ofNullable(last.get(segment.chain()))));
                last.put(segment.chain(), anew);
                logged.add(new Segment.Logged(old.index(), anew));
                nodes.addAll(tree.append(Hashes.leaf(anew)));
            }
            database.createStatement().execute("DELETE FROM segments; DELETE FROM log_nodes");
            LogTables.insert(database, logged, nodes);
            var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            var head = new TreeHead(origin(platform), tree.size(), tree.root(), now);
            LogTables.insert(database, head, SignedNote.sign(head, List.of(key)));
        }
    }

    /** Publishes a checkpoint of an empty log under a size, signed with a key. */
    static void forge(Platform platform, long size, SigningKey key) throws Exception {
        var head =
                new TreeHead(origin(platform), size, new byte[32], Instant.now().truncatedTo(ChronoUnit.MILLIS));
        publish(platform, size, new Checkpoint(SignedNote.sign(head, List.of(key))));
    }

    private static String origin(Platform platform) {
        return new ArchiveIdentity(platform.topic(""), List.of(), Optional.empty(), Optional.empty()).origin();
    }

    /** @param checkpoint {@code null} for a tombstone */
    static void publish(Platform platform, long size, Checkpoint checkpoint) throws Exception {
        var channel = Channels.AUDIT_CHECKPOINTS;
        try (var producer = new KafkaProducer<>(
                new HashMap<>(platform.kafkaClient()),
                channel.key().serializer(),
                channel.value().serializer())) {
            producer.send(new ProducerRecord<>(platform.topic(channel.name()), Long.toString(size), checkpoint))
                    .get();
        }
    }

    private void send(int from, int to) {
        var settings = new HashMap<>(platform.kafkaClient());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var channel : CHANNELS) {
                for (var i = 3 * from; i < 3 * to; i++) {
                    var bytes = ("record " + i).getBytes(UTF_8);
                    producer.send(new ProducerRecord<>(platform.topic(channel), i % 3, bytes, bytes));
                }
            }
        }
    }
}
