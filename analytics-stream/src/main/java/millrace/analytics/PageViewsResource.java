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

    @GET
    @Operation(summary = "Views of each page by minute or hour, or (by=page) in the whole span")
    public Collection<PageViews> views(
            @BeanParam Span span,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        var grain = Params.oneOf("by", by, By.class);
        var rows = new TreeMap<String, PageViews>();
        answers.<Long>rows(PageViewsTopology.STORE, span, (key, views) -> {
            var row = PageViewsTopology.row(key, views);
            if (page == null || page.equals(row.page())) {
                var counted = widen(row, grain);
                rows.merge(key(counted, grain), counted, PageViewsResource::sum);
            }
        });
        return grain == By.PAGE
                ? rows.values().stream()
                        .map(row ->
                                new PageViews(span.start(row.start()), span.end(row.end()), row.page(), row.views()))
                        .sorted(Params.most(PageViews::views, PageViews::page))
                        .toList()
                : rows.values();
    }

    private static PageViews widen(PageViews row, By by) {
        if (by != By.HOUR) {
            return row;
        }
        var hour = Window.hour(row.start());
        return new PageViews(hour, hour.plus(Duration.ofHours(1)), row.page(), row.views());
    }

    private static String key(PageViews row, By by) {
        return by == By.PAGE ? row.page() : Window.key(row.start(), row.page());
    }

    private static PageViews sum(PageViews one, PageViews other) {
        return new PageViews(
                earlier(one.start(), other.start()),
                one.end().isAfter(other.end()) ? one.end() : other.end(),
                one.page(),
                one.views() + other.views());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
