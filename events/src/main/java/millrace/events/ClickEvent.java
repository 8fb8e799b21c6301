package millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * An action of a visitor. Channel {@code clicks}, keyed by visitor: the events of one visitor stay in sequence.
 *
 * <p>The value is a message of the Segment specification as its sender wrote it, with the edge's {@code messageId},
 * {@code source}, {@code timestamp} and {@code receivedAt} in place of the sender's. The types here contain only the
 * fields that consumers use.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(ClickEvent.PageViewed.class),
    @JsonSubTypes.Type(ClickEvent.ScreenViewed.class),
    @JsonSubTypes.Type(ClickEvent.ActionTracked.class),
    @JsonSubTypes.Type(ClickEvent.VisitorIdentified.class),
    @JsonSubTypes.Type(ClickEvent.GroupJoined.class),
    @JsonSubTypes.Type(ClickEvent.VisitorAliased.class)
})
public sealed interface ClickEvent extends SourcedEvent {
    /** The id, equal on every delivery of this event; given by the sender, else by the edge. */
    String messageId();

    /** Id of the browser or device; {@code null} where only a user is known. */
    String anonymousId();

    /** Id of the signed-in user; {@code null} for a guest. */
    String userId();

    @Override
    default String eventId() {
        return messageId();
    }

    /** The channel's key: the anonymous id, else the user's. */
    default String visitor() {
        return anonymousId() != null ? anonymousId() : userId();
    }

    /** @param bot true where the edge recognised a crawler */
    @JsonTypeName("page")
    record PageViewed(
            String messageId,
            String source,
            String anonymousId,
            String userId,
            Instant timestamp,
            Instant receivedAt,
            String name,
            Page properties,
            Context context,
            Boolean bot)
            implements ClickEvent {
        /** Path of the page without query and fragment; the page's name where no path was sent, else {@code "/"}. */
        public String path() {
            if (properties != null && properties.path() != null) {
                return properties.path();
            }
            if (context != null && context.page() != null && context.page().path() != null) {
                return context.page().path();
            }
            return name != null ? name : "/";
        }

        /** Address of the page before; {@code null} where the browser did not send it. */
        public String referrer() {
            if (properties != null && properties.referrer() != null) {
                return properties.referrer();
            }
            return context == null || context.page() == null
                    ? null
                    : context.page().referrer();
        }

        /** Address of the page with its query; {@code null} where it was not sent. */
        public String url() {
            if (properties != null && properties.url() != null) {
                return properties.url();
            }
            return context == null || context.page() == null
                    ? null
                    : context.page().url();
        }
    }

    @JsonTypeName("screen")
    record ScreenViewed(
            String messageId,
            String source,
            String anonymousId,
            String userId,
            Instant timestamp,
            Instant receivedAt,
            String name,
            Context context)
            implements ClickEvent {}

    /** @param event name of the action, from the Segment ecommerce specification where that has one */
    @JsonTypeName("track")
    record ActionTracked(
            String messageId,
            String source,
            String anonymousId,
            String userId,
            Instant timestamp,
            Instant receivedAt,
            String event,
            Action properties,
            Context context)
            implements ClickEvent {}

    @JsonTypeName("identify")
    record VisitorIdentified(
            String messageId, String source, String anonymousId, String userId, Instant timestamp, Instant receivedAt)
            implements ClickEvent {}

    @JsonTypeName("group")
    record GroupJoined(
            String messageId,
            String source,
            String anonymousId,
            String userId,
            Instant timestamp,
            Instant receivedAt,
            String groupId)
            implements ClickEvent {}

    /** @param previousId former id of this visitor */
    @JsonTypeName("alias")
    record VisitorAliased(
            String messageId,
            String source,
            String anonymousId,
            String userId,
            Instant timestamp,
            Instant receivedAt,
            String previousId)
            implements ClickEvent {}

    /** A page as the Segment specification describes it. */
    record Page(String path, String url, String referrer, String title) {}

    /** Page, browser and campaign of an action. */
    record Context(Page page, String userAgent, Campaign campaign) {}

    /**
     * The advertisement that led the visitor here, with the names of the {@code utm_} parameters and of the Segment
     * specification. The edge does not check these fields: a value that is no text counts as missing.
     */
    record Campaign(String name, String source, String medium) {
        @JsonCreator
        static Campaign of(JsonNode sent) {
            return new Campaign(text(sent, "name"), text(sent, "source"), text(sent, "medium"));
        }
    }

    /**
     * Product and quantity of an action, as in the Segment ecommerce specification. The edge does not check these
     * fields: a value of another type counts as missing.
     *
     * @param productId its id, else its stock keeping unit; {@code null} where neither was sent
     * @param quantity whole pieces; {@code null} where it was not sent
     */
    record Action(@JsonProperty("product_id") String productId, Long quantity) {
        private static final long MOST = 1_000_000;

        @JsonCreator
        static Action of(JsonNode sent) {
            var id = text(sent, "product_id");
            return of(id != null ? id : text(sent, "sku"), sent.path("quantity").asLong(0));
        }

        static Action of(String productId, long quantity) {
            return new Action(productId, quantity < 1 ? null : Math.min(quantity, MOST));
        }

        /** Returns the quantity, or 1 where it was not sent. */
        public long pieces() {
            return quantity == null ? 1 : quantity;
        }
    }

    private static String text(JsonNode object, String field) {
        var value = object.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
