package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeMap;
import millrace.access.Roles;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Sum;
import millrace.events.PageViews;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** How often pages were viewed. */
@Path("/page-views")
@RolesAllowed(Roles.READER)
public class PageViewsResource {
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
    public Collection<Row> views(
            @BeanParam Span span,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        var grain = Params.oneOf("by", by, By.class);
        var rows = new TreeMap<String, Row>();
        answers.<Sum>rows(PageViewsTopology.TALLY.store(), span, (key, sum) -> {
            var row = PageViewsTopology.row(key, sum);
            if (page == null || page.equals(row.page())) {
                var counted = widen(row, grain);
                rows.merge(key(counted, grain), counted, PageViewsResource::sum);
            }
        });
        return grain == By.PAGE
                ? rows.values().stream()
                        .map(row -> whole(row, span))
                        .sorted(Params.most(Row::views, Row::page))
                        .toList()
                : rows.values();
    }

    private static Row whole(Row row, Span span) {
        return new Row(span.start(row.start()), span.end(row.end()), row.page(), row.views(), null, row.settled());
    }

    private static Row widen(PageViews row, By by) {
        if (by == By.MINUTE) {
            return new Row(row.start(), row.end(), row.page(), row.views(), row.visitors(), row.settled());
        }
        var start = by == By.HOUR ? Window.hour(row.start()) : row.start();
        var end = by == By.HOUR ? start.plus(Duration.ofHours(1)) : row.end();
        return new Row(start, end, row.page(), row.views(), null, row.settled());
    }

    private static String key(Row row, By by) {
        return by == By.PAGE ? row.page() : Window.key(row.start(), row.page());
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
