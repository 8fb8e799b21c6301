package millrace.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** An advertising campaign that leads shoppers to the shop. */
record Campaign(String name, String source, String medium) {
    static final List<Campaign> RUNNING = List.of(
            new Campaign("spring-sale", "newsletter", "email"),
            new Campaign("lamp-week", "search", "cpc"),
            new Campaign("garden-video", "video", "social"));

    /** Returns the context of a click in the Segment specification. */
    ObjectNode context() {
        var context = FeedMessage.object();
        context.putObject("campaign").put("name", name).put("source", source).put("medium", medium);
        return context;
    }
}
