package millrace.ingest.log;

/**
 * Who is at the other end, where that is a browser.
 *
 * @param address as much of it as the source's rules leave; {@code null} where that is nothing, or no browser sent it
 * @param wantsPrivacy whether the visitor asked for it and the source honours that
 */
public record BrowserVisitor(String address, String userAgent, boolean wantsPrivacy) {
    /** A server that speaks for its visitors. */
    public static final BrowserVisitor UNKNOWN = new BrowserVisitor(null, null, false);
}
