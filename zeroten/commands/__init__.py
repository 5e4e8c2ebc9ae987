"""The command line, one module per subject. Modules are loaded when their command is used, so that help is quick."""
