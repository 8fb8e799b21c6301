package millrace.audit;

import java.sql.SQLException;
import org.apache.kafka.common.TopicPartition;

/** Another process has appended records from this position, because it has or had the partition. Nothing was appended here. */
final class PositionMoved extends SQLException {
    private static final long serialVersionUID = 1;

    PositionMoved(TopicPartition partition, long position) {
        super("The position " + position + " of " + partition + " was moved by another process");
    }
}
