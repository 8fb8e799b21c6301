package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import millrace.access.Roles;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryParameters;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.query.TimeSpan;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Sum;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns the products most viewed, carted or bought. */
@Path("/top-products")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class TopProductsResource {
    static final QueryableStore<Sum> STORE = new QueryableStore<>(TopProductsTopology.TALLY.store(), Sum.SERDE);

    private static final int DEFAULT_LIMIT = 10;

    private final InteractiveQueries queries;

    TopProductsResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    /** Count by which products are ranked. */
    public enum By {
        VIEWED,
        CARTED,
        BOUGHT
    }

    /** @param rank from 1 */
    public record Row(Instant start, Instant end, int rank, String productId, long count) {}

    @GET
    @Operation(summary = "Products most viewed, carted or bought in the span, ties by id; hours count whole")
    public RestResponse<List<Row>> products(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("product") String product,
            @Parameter(description = "viewed, carted or bought") @QueryParam("by") @DefaultValue("bought") String by) {
        var which = QueryParameters.oneOf("by", by, By.class).ordinal();
        var page = paging.<Row>page(DEFAULT_LIMIT);
        var counts = queries.<Long>groups();
        var hours = new TreeSet<Instant>();
        queries.rows(STORE, span, (key, sum) -> {
            if (sum.count(which) > 0) {
                counts.merge(Window.rest(key), sum.count(which), Long::sum);
                hours.add(Window.start(key));
            }
        });
        if (counts.rows().isEmpty()) {
            return page.answer();
        }
        var start = span.start(hours.first());
        var end = span.end(hours.last().plus(Duration.ofHours(1)));
        var rows = new ArrayList<Row>();
        counts.rows().entrySet().stream()
                .sorted(QueryParameters.most(Map.Entry::getValue, Map.Entry::getKey))
                .forEach(row -> rows.add(new Row(start, end, rows.size() + 1, row.getKey(), row.getValue())));
        rows.removeIf(row -> product != null && !product.equals(row.productId()));
        return page.ranked(rows).answer();
    }
}
