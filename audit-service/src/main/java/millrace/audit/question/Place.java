package millrace.audit.question;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Pattern;
import millrace.audit.Problem;

/** Where a record stands among all others in time order: none has the place of another. */
record Place(long timestampMs, String channel, int partition, long seq) {
    /** Before every record. */
    static final Place START = new Place(Long.MIN_VALUE, "", -1, -1);

    /** By the bytes of the channel's name, whatever language the database sorts by. */
    static final String ORDER = "timestamp_ms, channel COLLATE \"C\", partition, seq";

    /** How many values make a place. */
    static final int FIELDS = 4;

    private static final Pattern TEXT =
            Pattern.compile("(-?[0-9]{1,18}),([A-Za-z0-9._-]{1,249}),([0-9]{1,9}),([0-9]{1,18})");

    static Place of(ResultSet row) throws SQLException {
        return new Place(
                row.getLong("timestamp_ms"), row.getString("channel"), row.getInt("partition"), row.getLong("seq"));
    }

    /** As {@link #text} writes it. */
    static Place parse(String text) {
        var found = TEXT.matcher(text);
        if (!found.matches()) {
            throw Problem.badRequest(
                    "after must be as the header Link of the answer before says it, which " + text + " is not.");
        }
        return new Place(
                Long.parseLong(found.group(1)),
                found.group(2),
                Integer.parseInt(found.group(3)),
                Long.parseLong(found.group(4)));
    }

    String text() {
        return "%d,%s,%d,%d".formatted(timestampMs, channel, partition, seq);
    }

    /** Sets the {@link #FIELDS} parameters of a row value from {@code index} on. */
    void set(PreparedStatement statement, int index) throws SQLException {
        statement.setLong(index, timestampMs);
        statement.setString(index + 1, channel);
        statement.setInt(index + 2, partition);
        statement.setLong(index + 3, seq);
    }
}
