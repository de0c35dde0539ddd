"""The way out over HTTP to addresses that somebody typed in: checked, limited, with errors that say what to do."""
