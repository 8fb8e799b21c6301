package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import millrace.access.Roles;
import millrace.analytics.product.ProductHistory;
import millrace.analytics.product.TrendDetector;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.query.TimeSpan;
import millrace.events.TrendingProduct;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns products that are viewed far more often than in the day before. */
@Path("/trending")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class TrendingResource {
    static final QueryableStore<ProductHistory> STORE = new QueryableStore<>(TrendDetector.STORE, ProductHistory.SERDE);

    private final InteractiveQueries queries;

    TrendingResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    @GET
    @Operation(
            summary = "Products whose latest quarter of an hour is a trend and begins in the span, highest score first")
    public RestResponse<List<TrendingProduct>> trending(
            @BeanParam TimeSpan span, @BeanParam Paging paging, @QueryParam("product") String product) {
        var found = queries.<TrendingProduct>groups();
        queries.all(
                STORE,
                (id, history) -> history.trend(id)
                        .filter(trend -> span.holds(trend.start()) && (product == null || product.equals(id)))
                        .ifPresent(trend -> found.merge(id, trend, (one, other) -> other)));
        var trends = new ArrayList<>(found.rows().values());
        trends.sort(Comparator.comparingDouble(TrendingProduct::score)
                .reversed()
                .thenComparing(TrendingProduct::productId));
        return paging.<TrendingProduct>page().ranked(trends).answer();
    }
}
