#!/bin/sh
# A device is lost, in Firefox (tests/web/e2e/lost-firefox.mjs). Not in the gate: the removed device stood at "Connecting" for
# more than a minute in some runs before it said that it was removed; in Chromium (suite devices) it says so within seconds.
SOTTO_E2E=lost-firefox exec "$(dirname "$0")/../parts/e2e.sh"
