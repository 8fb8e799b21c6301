package millrace.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.table.ChainName;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes the archive tamper-evident: the port of the package {@code evidence}. A build without that package archives without
 * evidence ({@link NoEvidence}). For the thread that archives, apart from {@link #isSigned}.
 */
public interface Evidence {
    /**
     * Prepares to archive, unless this process is prepared.
     *
     * @param isNew true if another process may have archived since the last call
     * @throws EvidenceMismatch if the database does not have what was signed
     */
    void load(boolean isNew) throws SQLException;

    /** Forgets what is loaded: after a failed transaction it may be ahead of the database. */
    void unload();

    /**
     * Opens the evidence of a partition at its archived position.
     *
     * @param archived empty if the partition has no position
     * @param topicId of the topic on the broker
     * @param lock which the process keeps meanwhile
     * @throws EvidenceMismatch if the database is not what was signed or what the broker has
     */
    ChainEvidence open(
            TopicPartition partition, ChainName chain, Optional<Position> archived, UUID topicId, ArchiveLock lock)
            throws SQLException;

    /** True if the chains are to be signed. @param isUnsigned true if one of them has entries that are not */
    boolean isDue(boolean isUnsigned);

    /**
     * Signs what the chains have, in the transaction of the connection.
     *
     * @return what has to run when the transaction is committed
     */
    Runnable sign(Connection connection, Collection<ChainEvidence> chains) throws SQLException;

    /** Publishes again what the broker has not confirmed. */
    void retry();

    /** True if all records are signed in which data of a person is encrypted. */
    boolean isSigned(Connection connection, long subject) throws SQLException;
}
