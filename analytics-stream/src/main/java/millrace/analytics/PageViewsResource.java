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
import millrace.events.PageViews;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns the number of views of pages. */
@Path("/page-views")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class PageViewsResource {
    static final QueryableStore<Sum> STORE = new QueryableStore<>(PageViewsTopology.TALLY.store(), Sum.SERDE);

    private final InteractiveQueries queries;

    PageViewsResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    /** Grouping of the rows, in addition to the page. */
    public enum By {
        MINUTE,
        HOUR,
        PAGE
    }

    /**
     * @param visitors number of distinct visitors; only by minute, because a visitor of two minutes is one visitor
     * @param settled true if no source and partition that has counted in the row can change it; one that has not counted in
     *     it, such as a partition that is read more slowly, still can
     */
    public record Row(Instant start, Instant end, String page, long views, Long visitors, boolean settled) {}

    @GET
    @Operation(summary = "Views of each page by minute or hour, or (by=page) in the whole span")
    public RestResponse<List<Row>> views(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        var grain = QueryParameters.oneOf("by", by, By.class);
        var rows = paging.<Row>page();
        if (grain == By.PAGE) {
            return rows.ranked(pages(span, page)).answer();
        }
        if (grain == By.MINUTE) {
            queries.page(
                    STORE,
                    span,
                    rows,
                    (key, sum) -> isOf(page, key) ? widen(PageViewsTopology.row(key, sum), grain) : null);
        } else {
            queries.rows(STORE, span, rows, (key, sum) -> {
                if (isOf(page, key)) {
                    var row = widen(PageViewsTopology.row(key, sum), grain);
                    rows.merge(Window.key(row.start(), row.page()), row, PageViewsResource::sum);
                }
            });
        }
        return rows.answer();
    }

    private List<Row> pages(TimeSpan span, String page) {
        var pages = queries.<Row>groups();
        queries.rows(STORE, span, (key, sum) -> {
            if (isOf(page, key)) {
                pages.merge(Window.rest(key), widen(PageViewsTopology.row(key, sum), By.PAGE), PageViewsResource::sum);
            }
        });
        return pages.rows().values().stream()
                .map(row -> new Row(
                        span.start(row.start()), span.end(row.end()), row.page(), row.views(), null, row.settled()))
                .sorted(QueryParameters.most(Row::views, Row::page))
                .toList();
    }

    private static boolean isOf(String page, String key) {
        return page == null || page.equals(Window.rest(key));
    }

    private static Row widen(PageViews row, By by) {
        if (by == By.MINUTE) {
            return new Row(row.start(), row.end(), row.page(), row.views(), row.visitors(), row.settled());
        }
        var start = by == By.HOUR ? Window.hour(row.start()) : row.start();
        var end = by == By.HOUR ? start.plus(Duration.ofHours(1)) : row.end();
        return new Row(start, end, row.page(), row.views(), null, row.settled());
    }

    private static Row sum(Row one, Row other) {
        return new Row(
                earlier(one.start(), other.start()),
                one.end().isAfter(other.end()) ? one.end() : other.end(),
                one.page(),
                one.views() + other.views(),
                null,
                one.settled() && other.settled());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
