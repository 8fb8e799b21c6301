package millrace.events;

/**
 * A signed state of the audit archive's log. Channel {@code audit-checkpoints}; the key is the size of the log.
 *
 * @param note origin, size and root hash of the log, and signatures, as C2SP's tlog-checkpoint and signed-note specify them
 */
public record Checkpoint(String note) {}
