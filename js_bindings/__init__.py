"""The JavaScript side: interface definitions and implementation classes. Package data; nothing to import."""
