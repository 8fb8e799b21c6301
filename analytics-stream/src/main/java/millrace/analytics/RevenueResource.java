package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import millrace.access.Roles;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryParameters;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.query.TimeSpan;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Sum;
import millrace.events.Revenue;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns the revenue of accepted orders and the amounts of refunds. */
@Path("/revenue")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class RevenueResource {
    static final QueryableStore<Sum> STORE = new QueryableStore<>(RevenueTopology.TALLY.store(), Sum.SERDE);

    private final InteractiveQueries queries;

    RevenueResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    /** Grouping of the rows, in addition to the currency. */
    public enum By {
        MINUTE,
        HOUR,
        DAY,
        COUNTRY
    }

    /**
     * @param country only if the rows are by country, or one country was asked for
     * @param revenue decimal number in the currency's major unit; refunds are not subtracted
     */
    public record Row(
            Instant start,
            Instant end,
            String country,
            String currency,
            long orders,
            long units,
            String revenue,
            long refunds,
            String refunded,
            boolean settled) {}

    @GET
    @Operation(summary = "Accepted orders and refunds of each currency by minute, hour, day (UTC) or country")
    public RestResponse<List<Row>> revenue(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("country") String country,
            @Parameter(description = "minute, hour, day or country") @QueryParam("by") @DefaultValue("minute")
                    String by) {
        var grain = QueryParameters.oneOf("by", by, By.class);
        var rows = paging.<Revenue>page();
        queries.rows(STORE, span, rows, (key, sum) -> {
            var row = RevenueTopology.row(key, sum);
            if (country == null || country.equals(row.country())) {
                var summed = widen(row, grain);
                rows.merge(key(summed, grain), summed, RevenueResource::sum);
            }
        });
        return rows.answer(row -> row(row, grain, span, country));
    }

    private static Revenue widen(Revenue row, By by) {
        return switch (by) {
            case MINUTE, COUNTRY -> row;
            case HOUR -> window(row, Window.hour(row.start()), Duration.ofHours(1));
            case DAY -> window(row, row.start().truncatedTo(ChronoUnit.DAYS), Duration.ofDays(1));
        };
    }

    private static Revenue window(Revenue row, Instant start, Duration length) {
        return window(row, start, start.plus(length));
    }

    private static Revenue window(Revenue row, Instant start, Instant end) {
        return new Revenue(
                start,
                end,
                row.country(),
                row.currency(),
                row.orders(),
                row.units(),
                row.revenueMinor(),
                row.refunds(),
                row.refundedMinor(),
                row.settled());
    }

    private static String key(Revenue row, By by) {
        return by == By.COUNTRY ? row.country() + '|' + row.currency() : Window.key(row.start(), row.currency());
    }

    private static Revenue sum(Revenue one, Revenue other) {
        var start = one.start().isBefore(other.start()) ? one.start() : other.start();
        var end = one.end().isAfter(other.end()) ? one.end() : other.end();
        return new Revenue(
                start,
                end,
                one.country(),
                one.currency(),
                one.orders() + other.orders(),
                one.units() + other.units(),
                one.revenueMinor() + other.revenueMinor(),
                one.refunds() + other.refunds(),
                one.refundedMinor() + other.refundedMinor(),
                one.settled() && other.settled());
    }

    private static Row row(Revenue row, By by, TimeSpan span, String country) {
        var wholeSpan = by == By.COUNTRY;
        return new Row(
                wholeSpan ? span.start(row.start()) : row.start(),
                wholeSpan ? span.end(row.end()) : row.end(),
                wholeSpan ? row.country() : country,
                row.currency(),
                row.orders(),
                row.units(),
                major(row.revenueMinor(), row.currency()),
                row.refunds(),
                major(row.refundedMinor(), row.currency()),
                row.settled());
    }

    private static String major(long minor, String currency) {
        return BigDecimal.valueOf(minor, Currency.getInstance(currency).getDefaultFractionDigits())
                .toPlainString();
    }
}
