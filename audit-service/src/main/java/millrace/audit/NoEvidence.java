package millrace.audit;

import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import org.apache.kafka.common.TopicPartition;

/** The evidence of a build without the package {@code evidence}: nothing is signed, and nothing waits for a signature. */
@DefaultBean
@Singleton
final class NoEvidence implements Evidence {
    private static final ChainEvidence NOTHING = new ChainEvidence() {
        @Override
        public void add(ChainEntry entry, Position after) {}

        @Override
        public void separate(Position at) {}

        @Override
        public boolean isUnsigned() {
            return false;
        }
    };

    @Override
    public void load(boolean isNew) {}

    @Override
    public void unload() {}

    @Override
    public ChainEvidence open(
            TopicPartition partition, ChainName chain, Optional<Position> archived, UUID topicId, ArchiveLock lock) {
        return NOTHING;
    }

    @Override
    public boolean isDue(boolean isUnsigned) {
        return false;
    }

    @Override
    public Runnable sign(Connection connection, Collection<ChainEvidence> chains) {
        return () -> {};
    }

    @Override
    public void retry() {}

    @Override
    public boolean isSigned(Connection connection, long subject) {
        return true;
    }
}
