package millrace.audit;

import java.util.UUID;

/**
 * The position of the archive in a partition.
 *
 * @param life incarnation of the topic, from 1: a new one begins when it was recreated or truncated
 * @param firstOffset first archived offset of the incarnation
 * @param nextOffset the next offset to archive
 * @param leaderEpoch of the last record; {@code null} if unknown
 * @param nextSeq number of the next entry of the chain
 */
public record Position(int life, UUID topicId, long firstOffset, long nextOffset, Integer leaderEpoch, long nextSeq) {
    /** The position of a partition before its first entry. */
    public static Position start(UUID topicId) {
        return new Position(1, topicId, 0, 0, null, 0);
    }

    /** After another entry. */
    public Position after(long offset) {
        return new Position(life, topicId, firstOffset, offset, leaderEpoch, nextSeq + 1);
    }

    Position at(long offset, Integer epoch) {
        return new Position(life, topicId, firstOffset, offset, epoch, nextSeq);
    }

    /** Moves the beginning of the archive to an offset, with no records before it. */
    Position beginning(long offset) {
        return new Position(life, topicId, offset, offset, leaderEpoch, nextSeq);
    }

    public Position inNewIncarnation(UUID id, long offset) {
        return new Position(life + 1, id, offset, offset, null, nextSeq);
    }
}
