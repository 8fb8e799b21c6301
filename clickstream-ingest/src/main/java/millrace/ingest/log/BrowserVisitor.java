package millrace.ingest.log;

/**
 * The visitor whose browser sent a request.
 *
 * @param address part of it that the source's rules leave; {@code null} where they leave nothing, or no browser sent
 *     the request
 * @param wantsPrivacy true where the visitor asks for privacy and the source honours that
 */
public record BrowserVisitor(String address, String userAgent, boolean wantsPrivacy) {
    /** No visitor is known: a server sent the request. */
    public static final BrowserVisitor UNKNOWN = new BrowserVisitor(null, null, false);
}
