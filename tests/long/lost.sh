#!/bin/sh
# A device is lost, in Firefox (tests/web/e2e/lost-firefox.mjs). Not in the gate, since it does not pass: the removed device
# stays at "Connecting" and does not say that it was removed; in Chromium (suite devices) it says so within seconds.
SOTTO_E2E=lost-firefox exec "$(dirname "$0")/../parts/e2e.sh"
