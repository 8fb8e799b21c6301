package millrace.audit.question;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Pattern;
import millrace.access.Problem;

/** The position of a record in the order by time, unique for each record. */
record PageCursor(long timestampMs, String channel, int partition, long seq) {
    /** Before every record. */
    static final PageCursor START = new PageCursor(Long.MIN_VALUE, "", -1, -1);

    /** Sorts channel names by their bytes, independent of the collation of the database. */
    static final String ORDER = "timestamp_ms, channel COLLATE \"C\", partition, seq";

    private static final Pattern TEXT =
            Pattern.compile("(-?[0-9]{1,18}),([A-Za-z0-9._-]{1,249}),([0-9]{1,9}),([0-9]{1,18})");

    static PageCursor of(ResultSet row) throws SQLException {
        return new PageCursor(
                row.getLong("timestamp_ms"), row.getString("channel"), row.getInt("partition"), row.getLong("seq"));
    }

    /** Parses the format of {@link #text}. */
    static PageCursor parse(String text) {
        var found = TEXT.matcher(text);
        if (!found.matches()) {
            throw Problem.badRequest(
                    "after must be as the header Link of the answer before says it, which " + text + " is not.");
        }
        return new PageCursor(
                Long.parseLong(found.group(1)),
                found.group(2),
                Integer.parseInt(found.group(3)),
                Long.parseLong(found.group(4)));
    }

    String text() {
        return "%d,%s,%d,%d".formatted(timestampMs, channel, partition, seq);
    }
}
