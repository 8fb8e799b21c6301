package millrace.e2e;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.List;

/** Requests of a page that do not reach the console before {@link #release}, so that later ones are answered first. */
final class HeldRequests {
    private static final String TWO_FRAMES =
            "() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))";

    private final Page page;
    private final String url;
    private final List<Route> held = new ArrayList<>();

    /** @param url pattern of the addresses, with {@code *} and {@code **} as Playwright reads them */
    HeldRequests(Page page, String url) {
        this.page = page;
        this.url = url;
        page.route(url, held::add);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Lets them go in their order, and waits until the page has shown what it makes of the answers. */
    void release() {
        page.unroute(url);
        for (var route : held) {
            page.waitForResponse(response -> response.request().equals(route.request()), route::resume)
                    .finished();
        }
        page.evaluate(TWO_FRAMES);
    }
}
