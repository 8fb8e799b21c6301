package millrace.orders.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import millrace.events.Json;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Finds the dead letters that name a customer, and erases them. It searches the bodies, one page of the table at a
 * time, because the content of an undecodable record is unknown. In JSON the customer's id must be a whole text or
 * number; in other bodies it must be a word.
 */
@ApplicationScoped
public class CustomerDeadLetters {
    /** Dead letters of one customer that one request erases; the next request erases the next ones. */
    static final int MAX_LETTERS = 1_000;

    /** Rows that one statement searches; the database returns only the bodies that contain the id. */
    private static final int PAGE_ROWS = 500;

    /** Bodies that are read at once. */
    private static final int BODIES_AT_ONCE = 4;

    /** Characters of a key that may be an order's id. */
    private static final int LONGEST_KEY = 1_000;

    private static final String CANDIDATES = """
            SELECT max(number) AS last, array_agg(number ORDER BY number) FILTER (WHERE position($3 IN value) > 0) AS found
            FROM (SELECT number, value FROM dead_letters WHERE number > $1 ORDER BY number LIMIT $2) AS part""";

    private static final String BODY =
            "SELECT id, key, value FROM dead_letters WHERE number = ANY ($1) AND value IS NOT NULL";

    private final Pool pool;
    private final DeadLetters letters;

    CustomerDeadLetters(Pool pool, DeadLetters letters) {
        this.pool = pool;
        this.letters = letters;
    }

    /**
     * A dead letter that names the customer.
     *
     * @param orderId its key, if that can be an order's id
     */
    public record Named(String id, Optional<String> orderId) {}

    /** Returns the first dead letters that name the customer, at most as many as one request erases. */
    public Uni<List<Named>> naming(String customerId) {
        var found = new ArrayList<Named>();
        var last = new AtomicLong(-1);
        return Uni.createFrom()
                .deferred(() -> page(last.get(), customerId))
                .invoke(page -> {
                    found.addAll(page.named());
                    page.last().ifPresent(last::set);
                })
                .repeat()
                .whilst(page -> page.last().isPresent() && found.size() < MAX_LETTERS)
                .collect()
                .last()
                .map(page -> found.stream().limit(MAX_LETTERS).toList());
    }

    /**
     * Dead letters of one page of the table that name the customer.
     *
     * @param last number of the last row of the page; empty behind the end of the table
     */
    private record Page(OptionalLong last, List<Named> named) {}

    /** Erases the bodies of dead letters, and resolves those that wait. */
    public Uni<Void> erase(Mutiny.StatelessSession session, List<Named> named) {
        return letters.eraseOnly(session, named.stream().map(Named::id).toList());
    }

    private Uni<Page> page(long after, String customerId) {
        return pool.withConnection(connection -> connection
                        .preparedQuery(CANDIDATES)
                        .execute(Tuple.of(after, (long) PAGE_ROWS, Buffer.buffer(needle(customerId)))))
                .map(rows -> rows.iterator().next())
                .chain(part -> part.getLong("last") == null
                        ? Uni.createFrom().item(new Page(OptionalLong.empty(), List.of()))
                        : bodies(candidates(part), customerId)
                                .map(named -> new Page(OptionalLong.of(part.getLong("last")), named)));
    }

    private static List<Long> candidates(Row part) {
        var found = part.getArrayOfLongs("found");
        return found == null ? List.of() : List.of(found);
    }

    private Uni<List<Named>> bodies(List<Long> numbers, String customerId) {
        return Multi.createFrom()
                .iterable(numbers)
                .group()
                .intoLists()
                .of(BODIES_AT_ONCE)
                .onItem()
                .transformToUniAndConcatenate(few -> pool.withConnection(
                        connection -> connection.preparedQuery(BODY).execute(Tuple.of(few.toArray(Long[]::new)))))
                .onItem()
                .<Row>disjoint()
                .filter(row -> names(row.getBuffer("value").getBytes(), customerId))
                .map(CustomerDeadLetters::named)
                .collect()
                .asList();
    }

    private static Named named(Row row) {
        var key = row.getBuffer("key");
        return new Named(
                row.getString("id"),
                key == null ? Optional.empty() : text(key.getBytes()).filter(CustomerDeadLetters::isId));
    }

    private static boolean isId(String key) {
        return !key.isEmpty() && key.length() <= LONGEST_KEY && key.indexOf('\0') < 0;
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    /** Encodes the id as in JSON, without the quotes, because it may be in a text inside a text. */
    private static byte[] needle(String customerId) {
        var json = Json.text(customerId);
        return json.substring(1, json.length() - 1).getBytes(UTF_8);
    }

    static boolean names(byte[] body, String customerId) {
        try {
            var json = Json.MAPPER.readTree(body);
            return json.isContainerNode() ? names(json, customerId) : isWord(body, customerId);
        } catch (IOException noJson) {
            return isWord(body, customerId);
        }
    }

    /** Searches the values of JSON, and JSON inside of texts, such as the original message in a report of the edge. */
    private static boolean names(JsonNode node, String customerId) {
        if (node.isValueNode()) {
            var text = node.asText();
            return text.equals(customerId)
                    || node.isTextual() && text.startsWith("{") && names(text.getBytes(UTF_8), customerId);
        }
        for (var child : node) {
            if (names(child, customerId)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(byte[] body, String customerId) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(customerId) + "(?![\\p{L}\\p{N}])")
                .matcher(new String(body, UTF_8))
                .find();
    }
}
