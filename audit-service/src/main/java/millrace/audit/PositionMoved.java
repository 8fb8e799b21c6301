package millrace.audit;

import java.sql.SQLException;
import org.apache.kafka.common.TopicPartition;

/** Somebody else archived from this position: they have the partition now, or have had it. Nothing was kept. */
final class PositionMoved extends SQLException {
    private static final long serialVersionUID = 1;

    PositionMoved(TopicPartition partition, long position) {
        super("The position " + position + " of " + partition + " was moved by another process");
    }
}
