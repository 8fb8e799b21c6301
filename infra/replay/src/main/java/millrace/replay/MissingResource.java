package millrace.replay;

/** A resource that the platform lacks, and the command that creates it. */
record MissingResource(String what, String command) {}
