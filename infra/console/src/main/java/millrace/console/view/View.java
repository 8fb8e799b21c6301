package millrace.console.view;

import millrace.console.call.ConsoleRoutes;
import millrace.console.feed.Feeds;

/**
 * A view: its calls under {@code /api/} and its feeds. The page has the module {@code views/NAME.js} for it, which
 * defines the element {@code NAME-view}.
 */
public interface View {
    /** Name in addresses, such as {@code mill}. */
    String name();

    /** Whether what it shows is there; one that is not is not in the navigation. */
    boolean isAvailable(Deployment deployment);

    void addTo(ConsoleRoutes routes, Feeds feeds);
}
