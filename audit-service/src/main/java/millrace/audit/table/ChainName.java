package millrace.audit.table;

/** A chain: that of a channel's partition. */
public record ChainName(String channel, int partition) {
    @Override
    public String toString() {
        return channel + "/" + partition;
    }
}
