package millrace.template;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.events.CloudEvents;
import millrace.events.Counted;
import millrace.events.ReplayHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** State of one generation, in a transaction of the connection, whose search path is the generation's schema. */
record TemplateState(Connection connection) {
    /** Decides what follows from a record. */
    interface Rule {
        Optional<Effect> effect(ConsumerRecord<byte[], byte[]> record);
    }

    /** @param type of the event, such as {@code "orders.OrderAccepted"} */
    record Effect(byte[] key, String type, byte[] value) {}

    /** Original channel, incarnation of the topic, partition and offset of a record that a restore has published. */
    private static final Pattern RESTORED = Pattern.compile("[a-z-]+/[0-9]+/[0-9]+/([0-9]{1,18})");

    private static final String COUNT_KEY = """
            INSERT INTO key_counts AS known (partition, key, records, last_offset) VALUES (?, ?, 1, ?)
            ON CONFLICT (partition, key) DO UPDATE
            SET records = known.records + 1, last_offset = excluded.last_offset""";

    private static final String ADD_EFFECT = """
            INSERT INTO pending_effects (partition, "offset", key, value, id, type, source, time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FENCED = "SELECT fenced FROM takeover FOR SHARE";
    private static final String ADD_POSITION = "INSERT INTO positions VALUES (?, 0) ON CONFLICT DO NOTHING";
    private static final String LOCK_POSITION = "SELECT next_offset FROM positions WHERE partition = ? FOR UPDATE";
    private static final String MOVE_POSITION = "UPDATE positions SET next_offset = ? WHERE partition = ?";

    /**
     * Applies the records that are not applied yet, and adds what follows from them to the pending effects.
     *
     * @throws IllegalStateException if a successor has taken over
     */
    void apply(ConsumerRecords<byte[], byte[]> poll, Rule rule) throws SQLException {
        requireNotFenced();
        for (var partition : poll.partitions()) {
            var next = lockPosition(partition.partition());
            var records = poll.records(partition).stream()
                    .filter(record -> offset(record) >= next)
                    .toList();
            if (!records.isEmpty()) {
                apply(records, rule);
                movePosition(partition.partition(), offset(records.getLast()) + 1);
            }
        }
    }

    private void apply(List<ConsumerRecord<byte[], byte[]>> records, Rule rule) throws SQLException {
        try (var keys = connection.prepareStatement(COUNT_KEY);
                var effects = connection.prepareStatement(ADD_EFFECT);
                var ledger = new TemplateLedger(connection)) {
            for (var record : records) {
                keys.setInt(1, record.partition());
                keys.setBytes(2, Objects.requireNonNullElse(record.key(), new byte[0]));
                keys.setLong(3, offset(record));
                keys.addBatch();
                var effect = rule.effect(record);
                if (effect.isPresent()) {
                    add(effects, record, effect.get());
                }
                var channel = TemplateConsumer.READS;
                ledger.add(Counted.Role.READ, channel, record.partition(), offset(record), record.timestamp());
            }
            keys.executeBatch();
            effects.executeBatch();
            ledger.store();
        }
    }

    /** Its id and source are those of the record; of a record without them, its place and this process. */
    private static void add(PreparedStatement effects, ConsumerRecord<?, ?> record, Effect effect) throws SQLException {
        var place = record.partition() + "-" + offset(record);
        effects.setInt(1, record.partition());
        effects.setLong(2, offset(record));
        effects.setBytes(3, effect.key());
        effects.setBytes(4, effect.value());
        effects.setString(5, header(record, CloudEvents.ID).orElse(place));
        effects.setString(6, effect.type());
        effects.setString(7, header(record, CloudEvents.SOURCE).orElse(TemplateRebuild.PROCESS));
        var timestamp = Instant.ofEpochMilli(record.timestamp()).toString();
        effects.setString(8, header(record, CloudEvents.TIME).orElse(timestamp));
        effects.addBatch();
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(CloudEvents.text(record.headers(), name));
    }

    /** Returns the offset of a record; of a restored one, the offset that it had. */
    private static long offset(ConsumerRecord<?, ?> record) {
        var origin = RESTORED.matcher(header(record, ReplayHeaders.ORIGIN).orElse(""));
        return origin.matches() ? Long.parseLong(origin.group(1)) : record.offset();
    }

    private void requireNotFenced() throws SQLException {
        try (var query = connection.prepareStatement(FENCED);
                var row = query.executeQuery()) {
            if (row.next() && row.getBoolean(1)) {
                throw new IllegalStateException("Another generation has taken over: this one applies no record.");
            }
        }
    }

    /** Locks the partition against a process that has it no longer and does not know yet. */
    private long lockPosition(int partition) throws SQLException {
        try (var add = connection.prepareStatement(ADD_POSITION);
                var query = connection.prepareStatement(LOCK_POSITION)) {
            add.setInt(1, partition);
            add.executeUpdate();
            query.setInt(1, partition);
            try (var row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void movePosition(int partition, long next) throws SQLException {
        try (var update = connection.prepareStatement(MOVE_POSITION)) {
            update.setLong(1, next);
            update.setInt(2, partition);
            update.executeUpdate();
        }
    }
}
