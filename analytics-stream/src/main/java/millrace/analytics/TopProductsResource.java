package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import millrace.access.Roles;
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.events.TopProducts.Product;
import org.apache.kafka.common.serialization.Serdes;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** The products most bought. */
@Path("/top-products")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class TopProductsResource {
    static final Store<Long> STORE = new Store<>(TopProductsTopology.STORE, Serdes.Long());

    private static final int USUAL = 10;

    private final Answers answers;

    TopProductsResource(Answers answers) {
        this.answers = answers;
    }

    /** @param rank from 1 */
    public record Row(Instant start, Instant end, int rank, String productId, long units) {}

    @GET
    @Operation(summary = "Products of accepted orders in the span, most units first, ties by id; hours count whole")
    public RestResponse<List<Row>> products(@BeanParam Span span, @BeanParam Paging paging) {
        var page = paging.<Row>page(USUAL);
        var units = new TreeMap<String, Long>();
        var hours = new TreeMap<Instant, Integer>();
        answers.rows(STORE, span, (key, sold) -> {
            units.merge(Window.rest(key), sold, Long::sum);
            hours.put(Window.start(key), 1);
        });
        if (units.isEmpty()) {
            return page.answer();
        }
        var start = span.start(hours.firstKey());
        var end = span.end(hours.lastKey().plus(Duration.ofHours(1)));
        var products = new ArrayList<Product>();
        units.forEach((id, sold) -> products.add(new Product(id, sold)));
        var rows = new ArrayList<Row>();
        TopProductsTopology.top(products, products.size())
                .forEach(top -> rows.add(new Row(start, end, rows.size() + 1, top.productId(), top.units())));
        return page.ranked(rows).answer();
    }
}
