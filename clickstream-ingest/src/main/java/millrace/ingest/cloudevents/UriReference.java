package millrace.ingest.cloudevents;

import java.util.regex.Pattern;

/**
 * Checks URI references of RFC 3986. Letters beyond ASCII are valid as well, as in the IRIs of RFC 3987: a header whose
 * sender did not encode a percent sign twice is decoded to them.
 */
final class UriReference {
    private static final String NON_ASCII = "[^\\x00-\\x7F]";
    private static final String NAME = "A-Za-z0-9\\-._~!$&'()*+,;=%[" + NON_ASCII + "]";
    private static final String SEGMENT = NAME + ":@";

    private static final String AUTHORITY = "//(?:[" + NAME + ":]*+@)?+(?:\\[[0-9A-Za-z:.]++]|[" + NAME
            + "]*+)(?::[0-9]*+)?+(?:/[" + SEGMENT + "/]*+)?+";
    private static final String QUERY_AND_FRAGMENT = "(?:[?][" + SEGMENT + "/?]*+)?+(?:#[" + SEGMENT + "/?]*+)?+";

    private static final Pattern ABSOLUTE = Pattern.compile(
            "[A-Za-z][A-Za-z0-9+.-]*+:(?:" + AUTHORITY + "|(?!//)[" + SEGMENT + "/]*+)" + QUERY_AND_FRAGMENT);
    private static final Pattern RELATIVE = Pattern.compile(
            "(?:" + AUTHORITY + "|(?!//)[" + NAME + "@]*+(?:/[" + SEGMENT + "/]*+)?+)" + QUERY_AND_FRAGMENT);
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private UriReference() {}

    /** Returns true for a URI with its scheme, and for a reference relative to one. */
    static boolean is(String text) {
        return isAbsolute(text)
                || RELATIVE.matcher(text).matches()
                        && !BROKEN_ESCAPE.matcher(text).find();
    }

    /** Returns true for a URI with its scheme; a fragment is valid, as in the JSON schema of CloudEvents. */
    static boolean isAbsolute(String text) {
        return ABSOLUTE.matcher(text).matches() && !BROKEN_ESCAPE.matcher(text).find();
    }
}
