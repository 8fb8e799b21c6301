package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import millrace.access.Roles;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Sum;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The products most bought. */
@Path("/top-products")
@RolesAllowed(Roles.READER)
public class TopProductsResource {
    private static final int MOST = 1000;

    private final Answers answers;

    TopProductsResource(Answers answers) {
        this.answers = answers;
    }

    /** What products are ranked by. */
    public enum By {
        VIEWED,
        CARTED,
        BOUGHT
    }

    /** @param rank from 1 */
    public record Row(Instant start, Instant end, int rank, String productId, long count) {}

    @GET
    @Operation(summary = "Products most viewed, carted or bought in the span, ties by id; hours count whole")
    public List<Row> products(
            @BeanParam Span span,
            @Parameter(description = "viewed, carted or bought") @QueryParam("by") @DefaultValue("bought") String by,
            @QueryParam("limit") @DefaultValue("10") int limit) {
        var which = Params.oneOf("by", by, By.class).ordinal();
        if (limit < 1 || limit > MOST) {
            throw Problem.badRequest("limit must be from 1 to " + MOST + ", not " + limit);
        }
        var counts = new TreeMap<String, Long>();
        var hours = new TreeSet<Instant>();
        answers.<Sum>rows(TopProductsTopology.TALLY.store(), span, (key, sum) -> {
            if (sum.count(which) > 0) {
                counts.merge(Window.rest(key), sum.count(which), Long::sum);
                hours.add(Window.start(key));
            }
        });
        if (counts.isEmpty()) {
            return List.of();
        }
        var start = span.start(hours.first());
        var end = span.end(hours.last().plus(Duration.ofHours(1)));
        var rows = new ArrayList<Row>();
        counts.entrySet().stream()
                .sorted(Params.most(Map.Entry::getValue, Map.Entry::getKey))
                .limit(limit)
                .forEach(product ->
                        rows.add(new Row(start, end, rows.size() + 1, product.getKey(), product.getValue())));
        return rows;
    }
}
