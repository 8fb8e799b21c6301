package millrace.local;

/** Something that runs as an operating system's process and can be started again where it has ended. */
public interface Server {
    String name();

    /** Where it listens; empty where it does not. */
    String address();

    /** Starts it, again or for the first time, with the data of the last time. */
    void start();

    /** The one that was started last. */
    Child process();

    /** Whether it does its work now. */
    boolean isReady();

    /** Asks it to end, waits as long as it may take, and kills it then. */
    void stop();
}
