package millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One system for all tests of this module: the first that asks starts it, the end of the last stops it. */
final class SharedSystem implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == SystemUnderTest.class;
    }

    @Override
    public SystemUnderTest resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getRoot()
                .getStore(Namespace.create(SystemUnderTest.class))
                .computeIfAbsent(SystemUnderTest.class, key -> start(), SystemUnderTest.class);
    }

    private static SystemUnderTest start() {
        try {
            return new SystemUnderTest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
