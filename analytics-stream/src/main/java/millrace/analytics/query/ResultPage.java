package millrace.analytics.query;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * First rows of a list, sorted by a key of the row. Memory is bounded by the limit: a row that is dropped cannot return
 * to the page, because the rows before it remain.
 */
public final class ResultPage<V> {
    private final int limit;
    private final String after;
    private final UriInfo request;
    private final TreeMap<String, V> rows = new TreeMap<>();

    ResultPage(int limit, String after, UriInfo request) {
        this.limit = limit;
        this.after = after;
        this.request = request;
    }

    /** Returns the key that the previous page ended with; empty for the first page. */
    String after() {
        return after;
    }

    /** Returns how many rows are needed to know whether there is a next page. */
    int enough() {
        return limit + 1;
    }

    public void add(String key, V row) {
        merge(key, row, (one, other) -> other);
    }

    /** Adds a row, merged with the row of the same key. */
    public void merge(String key, V row, BinaryOperator<V> sum) {
        if (key.compareTo(after) > 0) {
            rows.merge(key, row, sum);
            if (rows.size() > limit + 1) {
                rows.pollLastEntry();
            }
        }
    }

    /** Adds rows in their given order. */
    public ResultPage<V> ranked(List<V> sorted) {
        for (int rank = 0; rank < sorted.size(); rank++) {
            add("%09d".formatted(rank), sorted.get(rank));
        }
        return this;
    }

    public RestResponse<List<V>> answer() {
        return answer((key, row) -> row);
    }

    /** @param as makes a row of the answer of a key and its row */
    public <R> RestResponse<List<R>> answer(BiFunction<String, V, R> as) {
        var more = rows.size() > limit;
        if (more) {
            rows.pollLastEntry();
        }
        var list = new ArrayList<R>();
        rows.forEach((key, row) -> list.add(as.apply(key, row)));
        var answer = RestResponse.ResponseBuilder.<List<R>>ok(list);
        return more ? answer.header(HttpHeaders.LINK, next()).build() : answer.build();
    }

    /**
     * Returns the link to the next page (RFC 8288). It is relative, because only the client knows the host name by
     * which it reaches this instance.
     */
    private String next() {
        var next = request.getRequestUriBuilder()
                .replaceQueryParam("after", "{after}")
                .build(rows.lastKey());
        return "<%s?%s>; rel=\"next\"".formatted(next.getRawPath(), next.getRawQuery());
    }
}
