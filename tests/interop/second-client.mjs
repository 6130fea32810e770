// A second client of the protocol, written from wasm/schema/PROTOCOL.md alone (second/), against the first: the page in
// Chromium, command lines, and a real gateway: node tests/interop/second-client.mjs. Prints ok / not ok lines.
import { endAll } from '../web/e2e/lib.mjs';
import { devices } from './rows/devices.mjs';
import { files } from './rows/files.mjs';
import { gatewayRefuses } from './rows/gateway-refuses.mjs';
import { group } from './rows/group.mjs';
import { pair } from './rows/pair.mjs';
import { race } from './rows/race.mjs';
import { recovery, sottoRecovers } from './rows/recovery.mjs';
import { sottoRefuses } from './rows/sotto-refuses.mjs';
import { sottoStops } from './rows/sotto-stops.mjs';
import { failures, openWorld } from './rows/world.mjs';

try {
  const world = await openWorld();
  const beside = Promise.all([devices(world), sottoRecovers(world)]); // on command lines of their own
  // Each goes on with what the ones before have made; recovery is the end of the second client and of the page.
  for (const rows of [pair, files, group, gatewayRefuses, sottoRefuses, sottoStops, race]) await rows(world);
  await beside;
  await recovery(world);
} finally {
  await endAll();
}
process.exit(failures() ? 1 : 0);
