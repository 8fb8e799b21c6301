package millrace.analytics.query;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The first rows of a list, sorted by a text that is the row's own. Holds no more of them than are asked for: one that
 * was let go never comes back, because what came before it stays.
 */
public final class Page<V> {
    private final int limit;
    private final String after;
    private final UriInfo question;
    private final TreeMap<String, V> rows = new TreeMap<>();

    Page(int limit, String after, UriInfo question) {
        this.limit = limit;
        this.after = after;
        this.question = question;
    }

    public void add(String key, V row) {
        merge(key, row, (one, other) -> other);
    }

    /** One row of all that have the key. */
    public void merge(String key, V row, BinaryOperator<V> sum) {
        if (key.compareTo(after) > 0) {
            rows.merge(key, row, sum);
            if (rows.size() > limit + 1) {
                rows.pollLastEntry();
            }
        }
    }

    /** Rows in an order of their own. */
    public Page<V> ranked(List<V> sorted) {
        for (int rank = 0; rank < sorted.size(); rank++) {
            add("%09d".formatted(rank), sorted.get(rank));
        }
        return this;
    }

    public RestResponse<List<V>> answer() {
        return answer(row -> row);
    }

    public <R> RestResponse<List<R>> answer(Function<V, R> as) {
        var more = rows.size() > limit;
        if (more) {
            rows.pollLastEntry();
        }
        var answer =
                RestResponse.ResponseBuilder.ok(rows.values().stream().map(as).toList());
        return more ? answer.header(HttpHeaders.LINK, next()).build() : answer.build();
    }

    /** RFC 8288; relative, because only the client knows the name by which it reaches us. */
    private String next() {
        var next = question.getRequestUriBuilder()
                .replaceQueryParam("after", "{after}")
                .build(rows.lastKey());
        return "<%s?%s>; rel=\"next\"".formatted(next.getRawPath(), next.getRawQuery());
    }
}
