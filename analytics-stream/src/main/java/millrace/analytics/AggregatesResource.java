package millrace.analytics;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MINUTES;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.analytics.products.ProductHistory;
import millrace.analytics.products.TrendDetector;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Groups;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryParameters;
import millrace.analytics.query.QueryableTable;
import millrace.analytics.query.TimeSpan;
import millrace.analytics.query.WindowTotals;
import millrace.analytics.session.Sessionizer;
import millrace.events.Funnel;
import millrace.events.OrderAttribution;
import millrace.events.TransactionEvent;
import millrace.events.TrendingProduct;
import millrace.events.Visit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The questions to the aggregates: a table and a method for each. A method filters, groups and sorts the rows of its
 * table; spans, pages, formats, completeness and access are the same for all.
 */
@Path("/")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class AggregatesResource {
    private static final QueryableTable<Aggregate> PAGE_VIEWS = rowsOf(PageViewsAggregate.SPEC);
    private static final QueryableTable<Aggregate> FUNNEL = rowsOf(FunnelAggregate.SPEC);
    private static final QueryableTable<Aggregate> REVENUE = rowsOf(RevenueAggregate.SPEC);
    private static final QueryableTable<Aggregate> TOP_PRODUCTS = rowsOf(TopProductsAggregate.SPEC);
    private static final QueryableTable<ProductHistory> TRENDING =
            new QueryableTable<>("trending", AggregateProcessor.STORE, TrendDetector.HISTORIES);
    private static final QueryableTable<Visit> VISITS =
            new QueryableTable<>("visits", EventProcessor.STORE, Sessionizer.VISITS);
    private static final QueryableTable<OrderAttribution> ATTRIBUTION =
            new QueryableTable<>("attribution", EventProcessor.STORE, Sessionizer.ORDERS);

    /** All tables above: an instance answers other instances for these. */
    static final List<QueryableTable<?>> TABLES =
            List.of(PAGE_VIEWS, FUNNEL, REVENUE, TOP_PRODUCTS, TRENDING, VISITS, ATTRIBUTION);

    private static final int TOP_PRODUCTS_LIMIT = 10;

    private final InteractiveQueries queries;

    AggregatesResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    /**
     * @param visitors number of distinct visitors; only by minute, because a visitor of two minutes is one visitor
     * @param settled true if no source and partition that has counted in the row can change it; one that has not counted in
     *     it, such as a partition that is read more slowly, still can
     */
    public record PageViewsRow(Instant start, Instant end, String page, long views, Long visitors, boolean settled) {}

    @GET
    @Path("/page-views")
    @Operation(summary = "Views of each page by minute or hour, or (by=page) in the whole span")
    public RestResponse<List<PageViewsRow>> pageViews(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        QueryParameters.oneOf("by", by, "minute", "hour", "page");
        if (by.equals("page")) {
            var pages = queries.<WindowTotals>groups();
            totals(PAGE_VIEWS, span, MINUTES, 2, (its, totals) -> {
                if (page == null || page.equals(its)) {
                    pages.merge(its, totals, WindowTotals::plus);
                }
            });
            var most = most(pages, 0).stream()
                    .map(entry -> pageViews(entry.getKey(), entry.getValue().over(span), null))
                    .toList();
            return paging.<PageViewsRow>page().ranked(most).answer();
        }
        var rows = paging.<WindowTotals>page();
        if (by.equals("minute")) {
            queries.page(
                    PAGE_VIEWS,
                    span,
                    rows,
                    (key, sum) -> page == null || page.equals(Window.rest(key)) ? totals(key, MINUTES, 2, sum) : null);
        } else {
            queries.rows(PAGE_VIEWS, span, rows, (key, sum) -> {
                if (page == null || page.equals(Window.rest(key))) {
                    var totals = totals(key, HOURS, 2, sum);
                    rows.merge(Window.key(totals.start(), Window.rest(key)), totals, WindowTotals::plus);
                }
            });
        }
        return rows.answer(
                (key, totals) -> pageViews(Window.rest(key), totals, by.equals("minute") ? totals.count(1) : null));
    }

    @GET
    @Path("/funnel")
    @Operation(summary = "Visits by the hour they began in and by campaign, and how many reached each step")
    public RestResponse<List<Funnel>> funnel(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @Parameter(description = "Name of a campaign; none for visits without one") @QueryParam("campaign")
                    String campaign) {
        var page = paging.<Funnel>page();
        queries.page(FUNNEL, span, page, (key, sum) -> {
            var row = FunnelAggregate.row(key, sum);
            return row.visits() > 0 && (campaign == null || campaign.equals(row.campaign())) ? row : null;
        });
        return page.answer();
    }

    /**
     * @param country only if the rows are by country, or one country was asked for
     * @param revenue decimal number in the currency's major unit; refunds are not subtracted
     */
    public record RevenueRow(
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
    @Path("/revenue")
    @Operation(summary = "Accepted orders and refunds of each currency by minute, hour, day (UTC) or country")
    public RestResponse<List<RevenueRow>> revenue(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("country") String country,
            @Parameter(description = "minute, hour, day or country") @QueryParam("by") @DefaultValue("minute")
                    String by) {
        QueryParameters.oneOf("by", by, "minute", "hour", "day", "country");
        var byCountry = by.equals("country");
        var rows = paging.<WindowTotals>page();
        queries.rows(REVENUE, span, rows, (windowKey, sum) -> {
            var place = Window.rest(windowKey);
            if (country == null || country.equals(upToLastBar(place))) {
                var totals = totals(windowKey, window(by), 5, sum);
                var key = byCountry ? place : Window.key(totals.start(), afterLastBar(place));
                rows.merge(key, totals, WindowTotals::plus);
            }
        });
        return rows.answer((key, totals) -> byCountry
                ? revenue(upToLastBar(key), afterLastBar(key), totals.over(span))
                : revenue(country, afterLastBar(key), totals));
    }

    /** @param rank from 1 */
    public record TopProductsRow(Instant start, Instant end, int rank, String productId, long count) {}

    @GET
    @Path("/top-products")
    @Operation(summary = "Products most viewed, carted or bought in the span, ties by id; hours count whole")
    public RestResponse<List<TopProductsRow>> topProducts(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("product") String product,
            @Parameter(description = "viewed, carted or bought") @QueryParam("by") @DefaultValue("bought") String by) {
        var which = QueryParameters.oneOf("by", by, "viewed", "carted", "bought");
        var page = paging.<TopProductsRow>page(TOP_PRODUCTS_LIMIT);
        var products = queries.<WindowTotals>groups();
        totals(TOP_PRODUCTS, span, HOURS, 3, (id, totals) -> {
            if (totals.count(which) > 0) {
                products.merge(id, totals, WindowTotals::plus);
            }
        });
        var rows = new ArrayList<TopProductsRow>();
        products.rows().values().stream().reduce(WindowTotals::plus).ifPresent(all -> {
            var whole = all.over(span);
            most(products, which)
                    .forEach(row -> rows.add(new TopProductsRow(
                            whole.start(),
                            whole.end(),
                            rows.size() + 1,
                            row.getKey(),
                            row.getValue().count(which))));
        });
        rows.removeIf(row -> product != null && !product.equals(row.productId()));
        return page.ranked(rows).answer();
    }

    @GET
    @Path("/trending")
    @Operation(
            summary = "Products whose latest quarter of an hour is a trend and begins in the span, highest score first")
    public RestResponse<List<TrendingProduct>> trending(
            @BeanParam TimeSpan span, @BeanParam Paging paging, @QueryParam("product") String product) {
        var found = queries.<TrendingProduct>groups();
        queries.all(
                TRENDING,
                (id, history) -> history.trend(id)
                        .filter(trend -> span.holds(trend.start()) && (product == null || product.equals(id)))
                        .ifPresent(trend -> found.merge(id, trend, (one, other) -> other)));
        var trends = new ArrayList<>(found.rows().values());
        trends.sort(Comparator.comparingDouble(TrendingProduct::score)
                .reversed()
                .thenComparing(TrendingProduct::productId));
        return paging.<TrendingProduct>page().ranked(trends).answer();
    }

    @GET
    @Path("/visits")
    @Operation(summary = "Visits that began in the span, earliest first")
    public RestResponse<List<Visit>> visits(@BeanParam TimeSpan span, @BeanParam Paging paging) {
        var page = paging.<Visit>page();
        queries.page(VISITS, span, page, (key, visit) -> visit);
        return page.answer();
    }

    @GET
    @Path("/attribution/{source}/{number}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "An accepted order with the visit and campaign that led to it")
    public OrderAttribution attribution(@PathParam("source") String source, @PathParam("number") String number) {
        var order = TransactionEvent.orderId(source, number);
        return queries.one(ATTRIBUTION, order)
                .orElseThrow(() -> Problem.notFound("No accepted order is known as " + order));
    }

    private static QueryableTable<Aggregate> rowsOf(TwoPhaseAggregate aggregate) {
        return new QueryableTable<>(aggregate.name(), AggregateProcessor.STORE, aggregate.rows());
    }

    /** Passes what follows the start in the key of each row, and its counts in the window of that unit. */
    private void totals(
            QueryableTable<Aggregate> store,
            TimeSpan span,
            ChronoUnit window,
            int counts,
            BiConsumer<String, WindowTotals> row) {
        queries.rows(store, span, (key, sum) -> row.accept(Window.rest(key), totals(key, window, counts, sum)));
    }

    private static WindowTotals totals(String key, ChronoUnit window, int counts, Aggregate sum) {
        return WindowTotals.of(Window.start(key), window, counts, sum::count, sum.settled());
    }

    /** Returns the window of a grouping; a grouping that is none of time sums minutes. */
    private static ChronoUnit window(String by) {
        return switch (by) {
            case "hour" -> HOURS;
            case "day" -> DAYS;
            default -> MINUTES;
        };
    }

    /** Returns the rows by one of their counts, largest first, then by key. */
    private static List<Map.Entry<String, WindowTotals>> most(Groups<WindowTotals> groups, int which) {
        Comparator<Map.Entry<String, WindowTotals>> size =
                Comparator.comparingLong(row -> row.getValue().count(which));
        return groups.rows().entrySet().stream()
                .sorted(size.reversed().thenComparing(Map.Entry::getKey))
                .toList();
    }

    private static PageViewsRow pageViews(String page, WindowTotals totals, Long visitors) {
        return new PageViewsRow(totals.start(), totals.end(), page, totals.count(0), visitors, totals.settled());
    }

    private static RevenueRow revenue(String country, String currency, WindowTotals totals) {
        return new RevenueRow(
                totals.start(),
                totals.end(),
                country,
                currency,
                totals.count(0),
                totals.count(1),
                major(totals.count(2), currency),
                totals.count(3),
                major(totals.count(4), currency),
                totals.settled());
    }

    private static String major(long minor, String currency) {
        return BigDecimal.valueOf(minor, Currency.getInstance(currency).getDefaultFractionDigits())
                .toPlainString();
    }

    private static String upToLastBar(String key) {
        return key.substring(0, key.lastIndexOf('|'));
    }

    private static String afterLastBar(String key) {
        return key.substring(key.lastIndexOf('|') + 1);
    }
}
