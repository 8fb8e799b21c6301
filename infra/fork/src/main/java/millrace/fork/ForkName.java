package millrace.fork;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * The name of a project in each of its forms.
 *
 * @param name for people, such as {@code Corner Shop}
 * @param id for machines, such as {@code corner-shop}: lower-case letters, digits and hyphens
 * @param packageName of Java, above the packages of the modules
 * @param group of the Maven artifacts
 */
record ForkName(String name, String id, String packageName, String group) {
    /** The name that the project has. */
    static final ForkName TEMPLATE = new ForkName("Millrace", "millrace", "millrace", "millrace");

    private static final int LONGEST = 40;
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+)*");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
    private static final Pattern PACKAGE = Pattern.compile("[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*");
    private static final Pattern GROUP = Pattern.compile("[a-z][a-z0-9_-]*(?:\\.[a-z0-9_-]+)*");

    /** Packages that a JVM or a library owns. */
    private static final List<String> TAKEN =
            List.of("java", "javax", "jakarta", "io.quarkus", "org.apache", "io.smallrye", "picocli");

    /** Checks that each form can be used; all that is wrong is in one message. */
    void validate() {
        var wrong = Stream.of(
                        refused(
                                NAME,
                                "--name",
                                name,
                                "letters, digits, single spaces and hyphens, with a letter first"),
                        refused(ID, "--id", id, "lower-case letters, digits and single hyphens, with a letter first"),
                        refused(
                                PACKAGE,
                                "--package",
                                packageName,
                                "a Java package in lower case, such as com.example.shop"),
                        refused(GROUP, "--group", group, "a Maven group in lower case, such as com.example"),
                        reserved(),
                        old())
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining("\n"));
        if (!wrong.isEmpty()) {
            throw new ForkException(wrong);
        }
    }

    private static String refused(Pattern form, String option, String value, String expected) {
        return form.matcher(value).matches() && value.length() <= LONGEST
                ? ""
                : "%s is \"%s\"; expected %s, %d characters at most.".formatted(option, value, expected, LONGEST);
    }

    private String reserved() {
        if (!SourceVersion.isName(packageName)) {
            return "--package is \"%s\"; a word of it is a keyword of Java.".formatted(packageName);
        }
        return TAKEN.stream().anyMatch(taken -> (packageName + ".").startsWith(taken + "."))
                ? "--package is \"%s\", which belongs to a library; expected one of your own.".formatted(packageName)
                : "";
    }

    /**
     * The former name within the new one could not be told from a leftover. The other words are those that bin/new replaces
     * in infra/template.
     */
    private String old() {
        return Stream.of(TEMPLATE.id, "template", "transactions")
                .filter(word -> Stream.of(name, id, packageName, group)
                        .anyMatch(form -> form.toLowerCase(Locale.ROOT).contains(word)))
                .map("The new name contains \"%s\"; expected another name."::formatted)
                .collect(Collectors.joining("\n"));
    }

    /** Start of the names of variables of the environment. */
    String environment() {
        return identifier().toUpperCase(Locale.ROOT);
    }

    /** As a name of SQL. */
    String identifier() {
        return id.replace('-', '_');
    }

    /** As the start of the name of an HTTP header. */
    String header() {
        return Stream.of(id.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("-"));
    }

    /** Folder of the package. */
    String folder() {
        return packageName.replace('.', '/');
    }
}
