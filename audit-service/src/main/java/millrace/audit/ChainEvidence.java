package millrace.audit;

import millrace.audit.table.ChainEntry;

/** Takes the entries of a chain in order. If the transaction that writes them fails, it has to be opened again. */
public interface ChainEvidence {
    /** @param after position of the chain behind the entry */
    void add(ChainEntry entry, Position after);

    /** Separates the entries before a position from those behind it, because the month or the incarnation is another one. */
    void separate(Position at);

    /** True if it has entries that are not signed. */
    boolean isUnsigned();
}
