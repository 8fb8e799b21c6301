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
import millrace.analytics.product.FindTrends;
import millrace.analytics.product.Past;
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.events.TrendingProduct;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** Products that are looked at far more often than in their own recent past. */
@Path("/trending")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class TrendingResource {
    static final Store<Past> STORE = new Store<>(FindTrends.STORE, Past.SERDE);

    private final Answers answers;

    TrendingResource(Answers answers) {
        this.answers = answers;
    }

    @GET
    @Operation(
            summary = "Products whose latest quarter of an hour is a trend and begins in the span, highest score first")
    public RestResponse<List<TrendingProduct>> trending(
            @BeanParam Span span, @BeanParam Paging paging, @QueryParam("product") String product) {
        var trends = new ArrayList<TrendingProduct>();
        answers.all(
                STORE,
                (id, past) -> past.trend(id)
                        .filter(trend -> span.holds(trend.start()) && (product == null || product.equals(id)))
                        .ifPresent(trends::add));
        trends.sort(Comparator.comparingDouble(TrendingProduct::score)
                .reversed()
                .thenComparing(TrendingProduct::productId));
        return paging.<TrendingProduct>page().ranked(trends).answer();
    }
}
