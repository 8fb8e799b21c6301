package millrace.audit.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import millrace.audit.table.ArchivedRecord;
import millrace.events.ReplayHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The original coordinates of a restored record, in its header {@code replay-origin}: {@code orders/0/1/4711}. */
record ArchiveOrigin(String channel, int partition, int life, long offset) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9._-]+)/([0-9]{1,9})/([0-9]{1,9})/([0-9]{1,18})");

    static ArchiveOrigin of(ArchivedRecord record) {
        return new ArchiveOrigin(record.channel(), record.partition(), record.life(), record.offset());
    }

    /** The origin of a record of this replay; the last header counts, because a record that was restored twice has several. */
    static Optional<ArchiveOrigin> of(Headers headers, String replayId) {
        return last(headers, ReplayHeaders.ID)
                .filter(replayId::equals)
                .flatMap(same -> last(headers, ReplayHeaders.ORIGIN))
                .map(TEXT::matcher)
                .filter(Matcher::matches)
                .map(found -> new ArchiveOrigin(
                        found.group(1),
                        Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3)),
                        Long.parseLong(found.group(4))));
    }

    private static Optional<String> last(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name)).map(Header::value).map(value -> new String(value, UTF_8));
    }

    String text() {
        return "%s/%d/%d/%d".formatted(channel, partition, life, offset);
    }
}
