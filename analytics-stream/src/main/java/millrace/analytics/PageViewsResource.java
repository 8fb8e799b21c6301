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
import millrace.access.Roles;
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Params;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.events.PageViews;
import org.apache.kafka.common.serialization.Serdes;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** How often pages were viewed. */
@Path("/page-views")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class PageViewsResource {
    static final Store<Long> STORE = new Store<>(PageViewsTopology.STORE, Serdes.Long());

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
    public RestResponse<List<PageViews>> views(
            @BeanParam Span span,
            @BeanParam Paging paging,
            @QueryParam("page") String page,
            @Parameter(description = "minute, hour or page") @QueryParam("by") @DefaultValue("minute") String by) {
        var grain = Params.oneOf("by", by, By.class);
        var rows = paging.<PageViews>page();
        if (grain == By.PAGE) {
            return rows.ranked(pages(span, page)).answer();
        }
        answers.rows(STORE, span, (key, views) -> {
            var row = widen(PageViewsTopology.row(key, views), grain);
            if (page == null || page.equals(row.page())) {
                rows.merge(Window.key(row.start(), row.page()), row, PageViewsResource::sum);
            }
        });
        return rows.answer();
    }

    private List<PageViews> pages(Span span, String page) {
        var pages = new TreeMap<String, PageViews>();
        answers.rows(STORE, span, (key, views) -> {
            var row = PageViewsTopology.row(key, views);
            if (page == null || page.equals(row.page())) {
                pages.merge(row.page(), row, PageViewsResource::sum);
            }
        });
        return pages.values().stream()
                .map(row -> new PageViews(span.start(row.start()), span.end(row.end()), row.page(), row.views()))
                .sorted(Params.most(PageViews::views, PageViews::page))
                .toList();
    }

    private static PageViews widen(PageViews row, By by) {
        if (by != By.HOUR) {
            return row;
        }
        var hour = Window.hour(row.start());
        return new PageViews(hour, hour.plus(Duration.ofHours(1)), row.page(), row.views());
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
