package millrace.audit.evidence;

/** A chain: that of a channel's partition. */
record ChainName(String channel, int partition) implements Comparable<ChainName> {
    @Override
    public int compareTo(ChainName other) {
        var byChannel = channel.compareTo(other.channel);
        return byChannel != 0 ? byChannel : Integer.compare(partition, other.partition);
    }
}
