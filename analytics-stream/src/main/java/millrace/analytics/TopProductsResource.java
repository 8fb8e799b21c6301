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
import java.util.TreeMap;
import millrace.access.Roles;
import millrace.events.TopProducts.Product;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The products most bought. */
@Path("/top-products")
@RolesAllowed(Roles.READER)
public class TopProductsResource {
    private static final int MOST = 1000;

    private final Answers answers;

    TopProductsResource(Answers answers) {
        this.answers = answers;
    }

    /** @param rank from 1 */
    public record Row(Instant start, Instant end, int rank, String productId, long units) {}

    @GET
    @Operation(summary = "Products of accepted orders in the span, most units first, ties by id; hours count whole")
    public List<Row> products(@BeanParam Span span, @QueryParam("limit") @DefaultValue("10") int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.badRequest("limit must be from 1 to " + MOST + ", not " + limit);
        }
        var units = new TreeMap<String, Long>();
        var hours = new TreeMap<Instant, Integer>();
        answers.<Long>rows(TopProductsTopology.STORE, span, (key, sold) -> {
            units.merge(Window.rest(key), sold, Long::sum);
            hours.put(Window.start(key), 1);
        });
        if (units.isEmpty()) {
            return List.of();
        }
        var start = span.start(hours.firstKey());
        var end = span.end(hours.lastKey().plus(Duration.ofHours(1)));
        var products = new ArrayList<Product>();
        units.forEach((id, sold) -> products.add(new Product(id, sold)));
        var rows = new ArrayList<Row>();
        TopProductsTopology.top(products, limit)
                .forEach(top -> rows.add(new Row(start, end, rows.size() + 1, top.productId(), top.units())));
        return rows;
    }
}
