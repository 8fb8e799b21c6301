package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition is archived: a row for each. The row is the fence too: who moves it on from where it was may
 * keep the records behind, and nobody else.
 */
@ApplicationScoped
class Positions {
    private final AuditedChannels channels;

    Positions(AuditedChannels channels) {
        this.channels = channels;
    }

    Map<TopicPartition, Long> next(Connection connection) throws SQLException {
        var next = new HashMap<TopicPartition, Long>();
        for (var row : status(connection)) {
            next.put(channels.partition(row.channel(), row.partition()), row.position());
        }
        return next;
    }

    List<PartitionStatus> status(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("SELECT * FROM positions ORDER BY channel, partition");
                var rows = select.executeQuery()) {
            var status = new ArrayList<PartitionStatus>();
            while (rows.next()) {
                status.add(PartitionStatus.of(rows));
            }
            return status;
        }
    }

    void begin(Connection connection, TopicPartition partition, long offset) throws SQLException {
        var insert = """
                INSERT INTO positions (channel, partition, first_offset, next_offset) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING""";
        execute(connection, insert, channels.channel(partition), partition.partition(), offset, offset);
    }

    void move(Connection connection, Stretch stretch) throws SQLException {
        var update = """
                UPDATE positions SET next_offset = ?, records = records + ?,
                    first_ms = least(first_ms, ?), last_ms = greatest(last_ms, ?)
                WHERE channel = ? AND partition = ? AND next_offset = ?""";
        var partition = stretch.partition();
        var times =
                stretch.records().stream().mapToLong(ConsumerRecord::timestamp).summaryStatistics();
        var moved = execute(
                connection,
                update,
                stretch.to(),
                times.getCount(),
                times.getCount() == 0 ? null : times.getMin(),
                times.getCount() == 0 ? null : times.getMax(),
                channels.channel(partition),
                partition.partition(),
                stretch.from());
        if (moved == 0) {
            throw new PositionMoved(partition, stretch.from());
        }
    }

    void noteGap(Connection connection, TopicPartition partition, long from, long to) throws SQLException {
        var insert = "INSERT INTO gaps (channel, partition, from_offset, to_offset) VALUES (?, ?, ?, ?)";
        execute(connection, insert, channels.channel(partition), partition.partition(), from, to);
    }

    private static int execute(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
