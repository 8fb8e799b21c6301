package millrace.analytics.stream;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import millrace.analytics.stream.Reckoning.Judgement;
import millrace.events.Counted;

/** What became of the records of one partition that were accepted in one minute. Says whether it has been told of. */
final class Minute {
    static final long UNTOLD = 0;

    private static final int JUDGEMENTS = Judgement.values().length;
    private static final int BYTES = (JUDGEMENTS + 2) * Long.BYTES;

    final long start;
    long toldAt;
    private final long[] judged = new long[JUDGEMENTS];
    private long nextOffset;

    /** @param start in milliseconds */
    Minute(long start) {
        this.start = start;
    }

    static Minute of(long start, ByteBuffer bytes) {
        var minute = new Minute(start);
        for (int i = 0; i < JUDGEMENTS; i++) {
            minute.judged[i] = bytes.getLong();
        }
        minute.nextOffset = bytes.getLong();
        minute.toldAt = bytes.getLong();
        return minute;
    }

    byte[] bytes() {
        var bytes = ByteBuffer.allocate(BYTES);
        for (var number : judged) {
            bytes.putLong(number);
        }
        return bytes.putLong(nextOffset).putLong(toldAt).array();
    }

    void add(Judgement judgement, long offset) {
        judged[judgement.ordinal()]++;
        nextOffset = offset + 1;
        toldAt = UNTOLD;
    }

    Counted counted(String job, String channel, int partition) {
        var counts = Map.of(
                Counted.APPLIED, judged[Judgement.COUNTED.ordinal()],
                Counted.LATE, judged[Judgement.LATE.ordinal()],
                Counted.REPEATED, judged[Judgement.REPEATED.ordinal()]);
        return Counted.read(job, channel, partition, Instant.ofEpochMilli(start), counts, nextOffset);
    }
}
