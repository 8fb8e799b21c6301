package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import millrace.console.call.Access;
import millrace.console.view.ServiceClient;

/** Reads lists of dead letters, page by page within a limit, and counts what is parked behind each. */
final class DeadLetterList {
    /** Rows that one question reads. */
    static final int MOST = 1_000;

    /** Rows of one page of orders. */
    private static final int PAGE = 100;

    private static final int MOST_SHOWN = 100;
    private static final Set<String> WAITING = Set.of("dead", "parked");

    private final ServiceClient orders;
    private final Access access;

    DeadLetterList(ServiceClient orders, Access access) {
        this.orders = orders;
        this.access = access;
    }

    /**
     * A record that is the first of its key to wait, or that is resolved.
     *
     * @param behind records that are parked behind it, as far as they were counted
     */
    record Row(JsonNode letter, int behind) {}

    /**
     * @param waiting records that wait, as far as they were read
     * @param keys how many keys wait
     * @param complete false where more wait than were read
     */
    record Letters(List<Row> rows, int waiting, int keys, boolean complete) {}

    /**
     * Reads the first dead letters of all keys in the order in which they came, those of one key, or those whose reason
     * begins with a text, sorted by it.
     *
     * @param resolved adds those that wait no more
     */
    Letters read(Optional<String> reason, Optional<String> key, boolean resolved) throws InterruptedException {
        var waiting = all("", "");
        var firsts = firsts(waiting);
        var wanted = reason.isPresent() || key.isPresent() || resolved
                ? all(parameter("reason", reason) + parameter("key", key) + (resolved ? "&resolved=true" : ""), "")
                : waiting;
        var rows = new ArrayList<Row>();
        for (var letter : wanted) {
            var id = letter.path("id").asText();
            var first = firsts.stream()
                    .filter(row -> row.letter().path("id").asText().equals(id))
                    .findFirst();
            if (first.isPresent()) {
                rows.add(first.get());
            } else if (!isWaiting(letter) || isDead(letter)) {
                rows.add(new Row(letter, 0));
            }
        }
        return new Letters(
                List.copyOf(rows.subList(Math.max(0, rows.size() - MOST_SHOWN), rows.size())),
                waiting.size(),
                firsts.size(),
                waiting.size() < MOST && wanted.size() < MOST && rows.size() <= MOST_SHOWN);
    }

    /** The records of its key that came after it, whatever became of them. */
    List<JsonNode> behind(JsonNode letter) throws InterruptedException {
        if (!letter.hasNonNull("key")) {
            return List.of(); // It blocks no key.
        }
        var id = letter.path("id").asText();
        var key = letter.path("key").asText();
        if (isDead(letter) && waitingOf(key).isEmpty()) {
            // Orders searches by keys that are text, and shows this one in base64.
            return all("", id).stream()
                    .filter(other -> other.path("key").asText().equals(key))
                    .toList();
        }
        return all(parameter("key", Optional.of(key)) + "&resolved=true", id);
    }

    /** Id of the first record of its key that waits; empty where it is that record, or none waits. */
    String firstOfKey(JsonNode letter) throws InterruptedException {
        if (!letter.hasNonNull("key") || !isWaiting(letter) || isDead(letter)) {
            return "";
        }
        var first = waitingOf(letter.path("key").asText()).path(0).path("id").asText();
        return first.equals(letter.path("id").asText()) ? "" : first;
    }

    /**
     * The first record of each key, with the number of those behind it. A dead letter is the first of its key; a parked
     * record is behind the one of its key before it, or the first where that one is resolved.
     */
    static List<Row> firsts(List<JsonNode> waiting) {
        var rows = new ArrayList<Row>();
        for (var letter : waiting) {
            var at = isDead(letter) ? -1 : lastOf(rows, letter);
            if (at < 0) {
                rows.add(new Row(letter, 0));
            } else {
                rows.set(at, new Row(rows.get(at).letter(), rows.get(at).behind() + 1));
            }
        }
        return rows;
    }

    private JsonNode waitingOf(String key) throws InterruptedException {
        return orders.get(access, "/dead-letters?key=" + ServiceClient.part(key));
    }

    private static int lastOf(List<Row> rows, JsonNode letter) {
        for (var at = rows.size() - 1; at >= 0; at--) {
            if (letter.hasNonNull("key")
                    && letter.path("key").equals(rows.get(at).letter().path("key"))) {
                return at;
            }
        }
        return -1;
    }

    /** @param after id after which the first page begins; empty for the beginning */
    private List<JsonNode> all(String filter, String after) throws InterruptedException {
        var all = new ArrayList<JsonNode>();
        var last = Optional.of(after).filter(id -> !id.isEmpty());
        while (true) {
            var query = (filter + parameter("after", last)).replaceFirst("^&", "?");
            var page = orders.get(access, "/dead-letters" + query);
            page.forEach(all::add);
            if (page.size() < PAGE || all.size() >= MOST) {
                return all;
            }
            last = Optional.of(all.getLast().path("id").asText());
        }
    }

    private static String parameter(String name, Optional<String> value) {
        return value.map(text -> "&" + name + "=" + ServiceClient.part(text)).orElse("");
    }

    private static boolean isDead(JsonNode letter) {
        return letter.path("state").asText().equals("dead");
    }

    private static boolean isWaiting(JsonNode letter) {
        return WAITING.contains(letter.path("state").asText());
    }
}
