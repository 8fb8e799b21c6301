package millrace.audit.evidence;

import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import millrace.audit.evidence.tree.Ed25519;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.TreeHead;

/**
 * The settings that tell an archive from others.
 *
 * @param prefix of the platform's topics
 * @param keys public keys whose signatures count, the newest first: once it has signed, no other signs alone
 * @param checkpointsKept value of {@code AUDIT_CHECKPOINTS_KEPT}: how long the platform keeps them; empty is for ever
 * @param retention value of {@code AUDIT_RETENTION}; months are dropped for no other reason
 */
public record ArchiveIdentity(
        String prefix, List<Ed25519> keys, Optional<Duration> checkpointsKept, Optional<Period> retention) {
    /** The name of the log in its checkpoints. */
    public String origin() {
        return prefix.isEmpty() ? "millrace/audit" : "millrace/audit/" + prefix;
    }

    /** True if a checkpoint of this archive is signed with the first key, which has replaced the others. */
    boolean isSignedWithTheFirstKey(String note) {
        return keys.size() == 1
                || SignedNote.open(note, origin(), keys.subList(0, 1)).isPresent();
    }

    /** The content of a checkpoint; empty unless it is one of this archive that one of the keys has signed. */
    Optional<TreeHead> open(String note) {
        return SignedNote.open(note, origin(), keys);
    }
}
