package millrace.audit;

import java.util.UUID;

/**
 * How far a partition is archived.
 *
 * @param life of the topic: offsets begin anew where it was made again or cut off
 * @param firstOffset where the archive of this life begins
 * @param nextOffset the next offset to archive
 * @param leaderEpoch of the last record; {@code null} where none is known
 * @param nextSeq the next number of the chain
 * @param head of the chain
 */
public record Position(
        int life, UUID topicId, long firstOffset, long nextOffset, Integer leaderEpoch, long nextSeq, byte[] head) {
    Position after(long offset, byte[] newHead) {
        return new Position(life, topicId, firstOffset, offset, leaderEpoch, nextSeq + 1, newHead);
    }

    Position at(long offset, Integer epoch) {
        return new Position(life, topicId, firstOffset, offset, epoch, nextSeq, head);
    }

    /** Where the archive begins is now here. */
    Position beginning(long offset) {
        return new Position(life, topicId, offset, offset, leaderEpoch, nextSeq, head);
    }

    Position reborn(UUID id, long offset) {
        return new Position(life + 1, id, offset, offset, null, nextSeq, head);
    }
}
