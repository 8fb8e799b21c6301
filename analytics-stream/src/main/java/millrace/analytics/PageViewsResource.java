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
import java.util.TreeMap;
import java.util.function.Consumer;
import millrace.access.Roles;
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Params;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Sum;
import millrace.events.PageViews;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** How often pages were viewed. */
@Path("/page-views")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class PageViewsResource {
    static final Store<Sum> STORE = new Store<>(PageViewsTopology.TALLY.store(), Sum.SERDE);

    private final Answers answers;

    PageViewsResource(Answers answers) {
        this.answers = answers;
    }

    /** What a row is counted by, besides its page. */
    public enum By {
        MINUTE,
        HOUR,
        PAGE
    }

    /**
     * @param visitors how many different ones; only by minute, for a visitor of two minutes is one visitor
     * @param settled nothing can change it but history of a source that was not counted in it so far
     */
    public record Row(Instant start, Instant end, String page, long views, Long visitors, boolean settled) {}

    @GET
    @Operation(summary = "Views of each page by minute or hour, or (by=page) in the whole span")
    public RestResponse<List<Row>> views(
            @BeanParam Span span,
            @BeanParam Paging paging,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        var grain = Params.oneOf("by", by, By.class);
        var rows = paging.<Row>page();
        if (grain == By.PAGE) {
            return rows.ranked(pages(span, page)).answer();
        }
        each(span, page, views -> {
            var row = widen(views, grain);
            rows.merge(Window.key(row.start(), row.page()), row, PageViewsResource::sum);
        });
        return rows.answer();
    }

    private List<Row> pages(Span span, String page) {
        var pages = new TreeMap<String, Row>();
        each(span, page, row -> pages.merge(row.page(), widen(row, By.PAGE), PageViewsResource::sum));
        return pages.values().stream()
                .map(row -> new Row(
                        span.start(row.start()), span.end(row.end()), row.page(), row.views(), null, row.settled()))
                .sorted(Params.most(Row::views, Row::page))
                .toList();
    }

    private void each(Span span, String page, Consumer<PageViews> take) {
        answers.rows(STORE, span, (key, sum) -> {
            if (page == null || page.equals(Window.rest(key))) {
                take.accept(PageViewsTopology.row(key, sum));
            }
        });
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
